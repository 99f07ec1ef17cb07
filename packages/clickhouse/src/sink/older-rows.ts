import { type MessageTimeline } from '@wabastream/contracts'

const DAY_MS = 86_400_000
/** A provider's clock and ours may differ by as much before a time is not believed. */
const MARGIN_DAYS = 2

/**
 * Tells of which timelines a row may exist that is older than the timeline itself, because the
 * message was forgotten in between. One serves one partition, whose timelines it sees in order.
 */
export class OlderRows {
  readonly #lifeMs: number
  readonly #isFromStart: boolean
  #latestMs = Number.NEGATIVE_INFINITY

  /**
   * `expiryDays`: how long the timeline processor remembers a message without any event.
   * `isFromStart`: its timelines are all there ever were. If they are not, those before may have
   * been of any time up to their append.
   */
  constructor({
    expiryDays,
    isFromStart,
  }: {
    readonly expiryDays: number
    readonly isFromStart: boolean
  }) {
    this.#lifeMs = Math.max(0, expiryDays - MARGIN_DAYS) * DAY_MS
    this.#isFromStart = isFromStart
  }

  /** `appendedMs`: when the record of the timeline was appended. */
  mayExist(timeline: MessageTimeline, appendedMs: number): boolean {
    const { firstReceivedAt, headless, historical, lastReceivedAt } = timeline
    this.#latestMs = Math.max(this.#latestMs, lastReceivedAt, this.#isFromStart ? 0 : appendedMs)
    if (headless || historical) return true
    const beganMs = earliestTime(timeline)
    // Heard of long after it began; or told late itself, when its like may be forgotten.
    return (
      beganMs === undefined ||
      beganMs < firstReceivedAt - this.#lifeMs ||
      firstReceivedAt < this.#latestMs - this.#lifeMs
    )
  }
}

/**
 * When the message was sent or received, by the provider's clock; undefined when it did not say.
 */
function earliestTime(timeline: MessageTimeline): number | undefined {
  const { deliveredAt, messageAt, playedAt, readAt, sentAt } = timeline
  const times = [sentAt, messageAt, deliveredAt, readAt, playedAt].filter((at) => at !== null)
  return times.length === 0 ? undefined : Math.min(...times)
}
