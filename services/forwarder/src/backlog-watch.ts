import { setTimeout as delay } from 'node:timers/promises'

/** Between two looks at what has no lane yet. */
const LOOK_MS = 300

/**
 * Whether every partition with something to send has been taken. Where order matters, nothing goes
 * before that: the first webhook of a number may lie in any of them.
 */
export class BacklogWatch {
  readonly #readBehind: () => Promise<ReadonlySet<number>>
  readonly #taken: () => ReadonlySet<number>
  readonly #onComplete: () => void
  readonly #onError: (error: unknown) => void
  readonly #signal: AbortSignal
  #isComplete = false
  #round = 0

  constructor(options: {
    /** Partitions with records that are not settled. */
    readonly readBehind: () => Promise<ReadonlySet<number>>
    readonly taken: () => ReadonlySet<number>
    readonly onComplete: () => void
    readonly onError: (error: unknown) => void
    readonly signal: AbortSignal
  }) {
    this.#readBehind = options.readBehind
    this.#taken = options.taken
    this.#onComplete = options.onComplete
    this.#onError = options.onError
    this.#signal = options.signal
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** A partition was taken or given back: looks until all have been taken again. */
  async look(): Promise<void> {
    this.#isComplete = false
    this.#round += 1
    const round = this.#round
    while (round === this.#round && !this.#signal.aborted) {
      try {
        const behind = await this.#readBehind()
        if (round !== this.#round) return
        const taken = this.#taken()
        if ([...behind].every((partition) => taken.has(partition))) {
          this.#isComplete = true
          this.#onComplete()
          return
        }
      } catch (error) {
        this.#onError(error)
      }
      await delay(LOOK_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    }
  }
}
