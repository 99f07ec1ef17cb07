import { type AttemptOutcome, type UpdateKind } from '../options/provider-options.ts'
import { AnswerTimes, type AnswerTimesSummary } from './answer-times.ts'

export interface DeliveryCounts {
  readonly attempts: number
  /** Answers by status; 0: none in time. */
  readonly statuses: Readonly<Record<number, number>>
  readonly acknowledged: {
    readonly webhooks: number
    readonly updates: Readonly<Record<UpdateKind, number>>
    readonly bytes: number
  }
  /** Of all attempts. */
  readonly largestBytes: number
  /** Most acknowledgements within one second. */
  readonly busiestSecond: number
  readonly answers: AnswerTimesSummary
}

/** Counts what was sent, and what was answered. */
export class DeliveryTally {
  readonly #times = new AnswerTimes()
  readonly #statuses: Record<number, number> = {}
  #attempts = 0
  #webhooks = 0
  readonly #updates = { message: 0, status: 0, error: 0, field: 0, unread: 0 }
  #bytes = 0
  #largestBytes = 0
  #busiestSecond = 0
  #second = { at: 0, count: 0 }

  add({ elapsedMs, status, webhook }: AttemptOutcome): void {
    this.#attempts += 1
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1
    this.#largestBytes = Math.max(this.#largestBytes, webhook.body.length)
    if (status === 0) this.#times.recordNone()
    if (status !== 200) return
    this.#times.record(elapsedMs)
    this.#webhooks += 1
    for (const { kind } of webhook.updates) this.#updates[kind] += 1
    this.#bytes += webhook.body.length
    this.#countSecond(Math.floor(performance.now() / 1_000))
  }

  get counts(): DeliveryCounts {
    return {
      attempts: this.#attempts,
      statuses: { ...this.#statuses },
      acknowledged: { webhooks: this.#webhooks, updates: { ...this.#updates }, bytes: this.#bytes },
      largestBytes: this.#largestBytes,
      busiestSecond: this.#busiestSecond,
      answers: this.#times.summary(),
    }
  }

  #countSecond(at: number): void {
    this.#second = { at, count: this.#second.at === at ? this.#second.count + 1 : 1 }
    this.#busiestSecond = Math.max(this.#busiestSecond, this.#second.count)
  }
}
