import { type MessageTimeline } from '@wabastream/contracts'

const DAY_MS = 86_400_000
/** A provider's clock and ours may differ by this much before a time is rejected. */
const MARGIN_DAYS = 2

/**
 * Says for which timelines an older row may exist, because the message was forgotten in between. An
 * instance serves one partition and sees its timelines in order.
 */
export class OlderRows {
  readonly #lifeMs: number
  readonly #isFromStart: boolean
  #latestMs = Number.NEGATIVE_INFINITY

  /**
   * `expiryDays`: how long the timeline processor remembers a message without any event.
   * `isFromStart`: it sees all timelines that there ever were. If not, earlier ones may be of any
   * time up to their append.
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
    // Its first news came long after it began, or it came so late that others of its time may be
    // forgotten.
    return (
      beganMs === undefined ||
      beganMs < firstReceivedAt - this.#lifeMs ||
      firstReceivedAt < this.#latestMs - this.#lifeMs
    )
  }
}

/** When the message was sent or received, by the provider's clock; undefined if it did not say. */
function earliestTime(timeline: MessageTimeline): number | undefined {
  const { deliveredAt, messageAt, playedAt, readAt, sentAt } = timeline
  const times = [sentAt, messageAt, deliveredAt, readAt, playedAt].filter((at) => at !== null)
  return times.length === 0 ? undefined : Math.min(...times)
}
