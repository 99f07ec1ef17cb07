import { backoffMs } from '../sending/backoff.ts'

/** So many failures in a row are no chance: the destination is away. */
const AWAY_AFTER = 5
/** Longest time until it is asked again. */
const PROBE_MS_MAX = 30_000

/**
 * Whether a destination works as a whole. One that is away is asked by one request at a time, and
 * more and more seldom; the first answer that is about a webhook ends that.
 */
export class DestinationHealth {
  readonly #random: () => number
  #failuresInARow = 0
  #openAtMs = 0
  #accepted = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get isAway(): boolean {
    return this.#failuresInARow >= AWAY_AFTER
  }

  /** Webhooks that it has accepted. */
  get accepted(): number {
    return this.#accepted
  }

  /** How many requests may be under way. */
  limit(parallel: number): number {
    return this.isAway ? 1 : parallel
  }

  /** How long nothing may be sent. */
  waitMs(nowMs: number): number {
    return Math.max(0, this.#openAtMs - nowMs)
  }

  hasAccepted(): void {
    this.#accepted += 1
    this.hasAnswered()
  }

  /** It works, whatever it thinks of the webhook. */
  hasAnswered(): void {
    if (this.#failuresInARow > 0) this.#openAtMs = 0
    this.#failuresInARow = 0
  }

  /** `retryAfterMs` is what it asked for itself. */
  hasFailed(nowMs: number, retryAfterMs: number | null): void {
    this.#failuresInARow += 1
    if (retryAfterMs !== null) this.#openAtMs = Math.max(this.#openAtMs, nowMs + retryAfterMs)
    if (!this.isAway) return
    const probes = this.#failuresInARow - AWAY_AFTER + 1
    const waitMs = backoffMs(probes, this.#random(), PROBE_MS_MAX)
    this.#openAtMs = Math.max(this.#openAtMs, nowMs + waitMs)
  }
}
