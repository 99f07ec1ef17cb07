import { createHistogram } from 'node:perf_hooks'

/** What the providers ask of a webhook, as they publish it. */
export const answerLimits = {
  /** Of all answers, half have to be at least this fast. */
  medianMs: 250,
  slowMs: 1_000,
  /** Share of the answers that may take longer than `slowMs`. */
  slowShare: 0.01,
} as const

export interface AnswerTimesSummary {
  readonly count: number
  readonly medianMs: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Share of what was over a second or never answered, from 0 to 1. */
  readonly slowShare: number
}

/**
 * How long acknowledgements took. The limits are on the page
 * https://docs.360dialog.com/partner/messaging/receiving-messages-via-webhook and in Meta's guide
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint
 */
export class AnswerTimes {
  readonly #histogram = createHistogram()
  #count = 0
  #slow = 0
  #unanswered = 0

  record(elapsedMs: number): void {
    this.#histogram.record(Math.max(1, Math.round(elapsedMs * 1_000)))
    this.#count += 1
    if (elapsedMs > answerLimits.slowMs) this.#slow += 1
  }

  /** Nothing came in time, or nothing at all: slow, though nobody can say how slow. */
  recordNone(): void {
    this.#unanswered += 1
  }

  summary(): AnswerTimesSummary {
    const histogram = this.#histogram
    if (this.#count === 0) return { count: 0, medianMs: 0, p99Ms: 0, maxMs: 0, slowShare: 0 }
    return {
      count: this.#count,
      medianMs: histogram.percentile(50) / 1_000,
      p99Ms: histogram.percentile(99) / 1_000,
      maxMs: histogram.max / 1_000,
      slowShare: (this.#slow + this.#unanswered) / (this.#count + this.#unanswered),
    }
  }
}
