import { backoffMs } from '../sending/backoff.ts'

/** So many new webhooks in a row that fail are no chance: the destination is away. */
const AWAY_AFTER = 8
/** Longest time until it is asked again. */
const PROBE_MS_MAX = 30_000

/**
 * Whether a destination works as a whole, judged by webhooks that are tried for the first time: one
 * that has failed before may itself be the reason. A destination that is away is asked by one
 * request at a time, and more and more seldom; the first answer that is about a webhook ends that.
 */
export class DestinationHealth {
  readonly #random: () => number
  #failuresInARow = 0
  #probeAtMs = 0
  /** When it wants to be asked again itself, which others that it accepts do not change. */
  #askedMs = 0
  /** When the last failure was counted by which it is away. */
  #awaySinceMs = 0
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
    return Math.max(0, this.#askedMs - nowMs, this.#probeAtMs - nowMs)
  }

  hasAccepted(): void {
    this.#accepted += 1
    this.hasAnswered()
  }

  /** It works, whatever it thinks of the webhook. */
  hasAnswered(): void {
    this.#probeAtMs = 0
    this.#failuresInARow = 0
  }

  /** Asks as if nothing had happened. */
  forget(): void {
    this.#askedMs = 0
    this.hasAnswered()
  }

  /** `retryAfterMs` is what it asked for itself. */
  hasFailed(
    nowMs: number,
    failure: {
      readonly beganMs: number
      readonly retryAfterMs: number | null
      readonly isFirstTry: boolean
    },
  ): void {
    const { beganMs, isFirstTry, retryAfterMs } = failure
    if (retryAfterMs !== null) this.#askedMs = Math.max(this.#askedMs, nowMs + retryAfterMs)
    if (!isFirstTry && !this.isAway) return
    // Requests that were under way together fail together, which says the same thing once.
    if (this.isAway && beganMs < this.#awaySinceMs) return
    this.#failuresInARow += 1
    if (!this.isAway) return
    this.#awaySinceMs = nowMs
    const probes = this.#failuresInARow - AWAY_AFTER + 1
    this.#probeAtMs = nowMs + backoffMs(probes, this.#random(), PROBE_MS_MAX)
  }
}
