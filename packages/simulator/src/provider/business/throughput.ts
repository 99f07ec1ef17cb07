const SECOND_MS = 1_000

/** Counts what begins within each second of the clock, and says when it is too much. */
export class Throughput {
  readonly #perSecondMax: number
  #second = 0
  #count = 0

  constructor(perSecondMax: number) {
    this.#perSecondMax = perSecondMax
  }

  /** False when that second is used up; then nothing is counted. */
  take(nowMs: number): boolean {
    const second = Math.floor(nowMs / SECOND_MS)
    if (second !== this.#second) {
      this.#second = second
      this.#count = 0
    }
    if (this.#count >= this.#perSecondMax) return false
    this.#count += 1
    return true
  }
}
