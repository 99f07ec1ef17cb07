/** A pause of this length may be made up for. */
const BURST_MS = 100

/** At most so many a second, spread evenly. Without a rate nothing waits. */
export class RateLimit {
  readonly #intervalMs: number
  #nextMs = 0

  constructor(ratePerSecond: number | null) {
    this.#intervalMs = ratePerSecond === null ? 0 : 1_000 / ratePerSecond
  }

  waitMs(nowMs: number): number {
    return Math.max(0, this.#nextMs - nowMs)
  }

  take(nowMs: number): void {
    this.#nextMs = Math.max(this.#nextMs, nowMs - BURST_MS) + this.#intervalMs
  }
}
