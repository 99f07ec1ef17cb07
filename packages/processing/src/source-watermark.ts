export interface SourceWatermarkOptions {
  /** Parts of the origin that events come from, numbered from 0; undefined where not known. */
  readonly sourceCount: number | undefined
  /** Wall-clock time without any event after which a source is no longer waited for. */
  readonly silenceMaxMs: number
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface Heard {
  /** Greatest receivedAt (ms) of the source. */
  readonly reachedMs: number
  readonly heardAtMs: number
}

/**
 * How far all sources of one partition's events have come: the least of what each has reached. No
 * single source moves it, however far ahead it is read or its clock stands. Begins with nothing
 * known after each take, which only delays what waits for it.
 */
export class SourceWatermark {
  readonly #options: SourceWatermarkOptions
  readonly #begunAtMs: number
  readonly #heard = new Map<number, Heard>()

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
  }

  /** Undefined while a source that may still be read was not heard of, or when all are silent. */
  valueMs(): number | undefined {
    let leastMs: number | undefined
    for (const heard of this.#awaited()) {
      if (heard === undefined) return undefined
      leastMs = Math.min(leastMs ?? heard.reachedMs, heard.reachedMs)
    }
    return leastMs
  }

  /** How far the foremost source is ahead of the watermark; undefined where there is none. */
  lagMs(): number | undefined {
    const valueMs = this.valueMs()
    if (valueMs === undefined) return undefined
    return Math.max(...[...this.#heard.values()].map(({ reachedMs }) => reachedMs)) - valueMs
  }

  #awaited(): readonly (Heard | undefined)[] {
    const { now, silenceMaxMs, sourceCount } = this.#options
    const spokenAfterMs = now() - silenceMaxMs
    // Of an unknown number, one more may always be about to speak.
    if (sourceCount === undefined && this.#begunAtMs >= spokenAfterMs) return [undefined]
    // A source beyond the count was added to the origin while this runs.
    const sources = new Set([...Array(sourceCount ?? 0).keys(), ...this.#heard.keys()])
    return [...sources].map((source) => this.#heard.get(source))
      .filter((heard) => (heard?.heardAtMs ?? this.#begunAtMs) >= spokenAfterMs)
  }
}
