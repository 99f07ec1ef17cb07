const TICK_MS = 250

/**
 * Knows whether the process stood still for so long that its group may have moved on: what it does
 * then, before it hears of that, another process does as well. It stays so once it was.
 */
export class FreezeWatch {
  readonly #limitMs: number
  readonly #now: () => number
  readonly #timer: NodeJS.Timeout
  #tickedAt: number
  #wasFrozen = false

  constructor(options: {
    readonly limitMs: number
    readonly now: () => number
    readonly onFrozen: () => void
  }) {
    this.#limitMs = options.limitMs
    this.#now = options.now
    this.#tickedAt = options.now()
    this.#timer = setInterval(() => {
      if (this.isFrozen()) options.onFrozen()
      this.#tickedAt = options.now()
    }, TICK_MS)
    this.#timer.unref()
  }

  /** Answers that arrived meanwhile are handled before any timer: they ask, too. */
  isFrozen(): boolean {
    this.#wasFrozen ||= this.#now() - this.#tickedAt > this.#limitMs
    return this.#wasFrozen
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
