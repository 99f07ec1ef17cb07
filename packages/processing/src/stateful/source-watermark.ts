export interface SourceWatermarkOptions {
  /** Parts of the origin that events come from, numbered from 0; undefined if not known. */
  readonly sourceCount: number | undefined
  /** Wall-clock time without any event after which a source is no longer waited for. */
  readonly silenceMaxMs: number
  /** Wall-clock time for which the watermark holds back what it knows, and at most twice that. */
  readonly delayMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Heard {
  /** Greatest receivedAt (ms) of the source. */
  readonly reachedMs: number
  readonly heardAtMs: number
}

/**
 * How far all sources of one partition's events have come: the minimum of what each has reached. No
 * single source moves it, however far ahead it is read or its clock runs. It knows nothing after
 * each take, which only delays what waits for it. It is late on purpose: a reader of a source may
 * die and repeat a batch, which may cover weeks in a rebuild.
 */
export class SourceWatermark {
  readonly #options: SourceWatermarkOptions
  readonly #begunAtMs: number
  readonly #heard = new Map<number, Heard>()
  #settledMs: number | undefined
  #settling: { readonly valueMs: number; readonly sinceMs: number } | undefined

  constructor(options: SourceWatermarkOptions) {
    this.#options = options
    this.#begunAtMs = options.now()
  }

  advance(reached: ReadonlyMap<number, number>): void {
    const heardAtMs = this.#options.now()
    for (const [source, timeMs] of reached) {
      const before = this.#heard.get(source)?.reachedMs ?? timeMs
      this.#heard.set(source, { reachedMs: Math.max(before, timeMs), heardAtMs })
    }
    this.#settle(heardAtMs)
  }

  /**
   * Undefined while nothing has come from a source that may still be read, or when all are silent.
   */
  valueMs(): number | undefined {
    const reachedMs = this.#leastMs()
    if (reachedMs === undefined || this.#settledMs === undefined) return undefined
    return Math.min(reachedMs, this.#settledMs)
  }

  /** How far the foremost source is ahead of the hindmost; undefined until all have been seen. */
  lagMs(): number | undefined {
    const leastMs = this.#leastMs()
    if (leastMs === undefined) return undefined
    return Math.max(...[...this.#heard.values()].map(({ reachedMs }) => reachedMs)) - leastMs
  }

  #settle(nowMs: number): void {
    const valueMs = this.#leastMs()
    if (valueMs === undefined) return
    this.#settling ??= { valueMs, sinceMs: nowMs }
    if (nowMs - this.#settling.sinceMs < this.#options.delayMs) return
    this.#settledMs = this.#options.delayMs === 0 ? valueMs : this.#settling.valueMs
    this.#settling = { valueMs, sinceMs: nowMs }
  }

  #leastMs(): number | undefined {
    let leastMs: number | undefined
    for (const heard of this.#awaited()) {
      if (heard === undefined) return undefined
      leastMs = Math.min(leastMs ?? heard.reachedMs, heard.reachedMs)
    }
    return leastMs
  }

  #awaited(): readonly (Heard | undefined)[] {
    const { now, silenceMaxMs, sourceCount } = this.#options
    const spokenAfterMs = now() - silenceMaxMs
    // If their number is unknown, one more may always appear.
    if (sourceCount === undefined && this.#begunAtMs >= spokenAfterMs) return [undefined]
    // A source beyond the count was added to the origin meanwhile.
    const sources = new Set([...Array(sourceCount ?? 0).keys(), ...this.#heard.keys()])
    return [...sources]
      .map((source) => this.#heard.get(source))
      .filter((heard) => (heard?.heardAtMs ?? this.#begunAtMs) >= spokenAfterMs)
  }
}
