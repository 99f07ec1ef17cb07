import { DueHeap } from './due-heap.ts'
import { delayAfterMs, type RetrySchedule } from './retry-schedule.ts'

export interface QueueLimits {
  /** Webhooks that wait or are under way at the same time. */
  readonly webhooksMax: number
  /** Bytes of their bodies. */
  readonly bytesMax: number
  readonly retry: RetrySchedule
}

interface Sized {
  readonly body: { readonly length: number }
}

/** A webhook that is under way, and how often it was. */
export interface Attempt<T> {
  readonly webhook: T
  readonly offeredMs: number
  /** This one included. */
  readonly attempts: number
}

export interface QueueCounts {
  readonly offered: number
  /** Did not fit, and are lost. */
  readonly overflowed: number
  readonly acknowledged: number
  /** Given up after the time for which the provider keeps a webhook, and lost. */
  readonly expired: number
  /** Attempts beyond the first. */
  readonly retries: number
  readonly waiting: number
  readonly underWay: number
}

/**
 * The bounded queue in which a provider keeps the webhooks of one number until each is
 * acknowledged. Every webhook offered is in exactly one of five places: overflowed, acknowledged,
 * expired, waiting or under way. Time is passed in and may not go back.
 */
export class DeliveryQueue<T extends Sized> {
  readonly #limits: QueueLimits
  readonly #onExpired: (webhook: T) => void
  readonly #waiting = new DueHeap<Attempt<T>>()
  #underWay = 0
  #bytes = 0
  #offered = 0
  #overflowed = 0
  #acknowledged = 0
  #expired = 0
  #retries = 0

  constructor(limits: QueueLimits, onExpired: (webhook: T) => void = () => {}) {
    this.#limits = limits
    this.#onExpired = onExpired
  }

  /** False when the queue is full: the webhook is lost, as what has waited longer is kept. */
  offer(webhook: T, nowMs: number): boolean {
    this.#offered += 1
    const { bytesMax, webhooksMax } = this.#limits
    const isFull = this.#waiting.size + this.#underWay >= webhooksMax
    if (isFull || this.#bytes + webhook.body.length > bytesMax) {
      this.#overflowed += 1
      return false
    }
    this.#bytes += webhook.body.length
    this.#waiting.push({ webhook, offeredMs: nowMs, attempts: 0 }, nowMs)
    return true
  }

  /**
   * The next one whose time has come, which is then under way until it is acknowledged or has
   * failed; undefined when there is none. What has failed and is too old when its turn comes has
   * expired; what was never under way is tried once, however long it had to wait.
   */
  take(nowMs: number): Attempt<T> | undefined {
    for (;;) {
      const next = this.#waiting.pop(nowMs)
      if (next === undefined) return undefined
      if (next.attempts === 0 || nowMs - next.offeredMs <= this.#limits.retry.keepMs) {
        this.#underWay += 1
        if (next.attempts > 0) this.#retries += 1
        return { ...next, attempts: next.attempts + 1 }
      }
      this.#bytes -= next.webhook.body.length
      this.#expired += 1
      this.#onExpired(next.webhook)
    }
  }

  acknowledge({ webhook }: Attempt<T>): void {
    this.#underWay -= 1
    this.#bytes -= webhook.body.length
    this.#acknowledged += 1
  }

  /** It waits for its next attempt. */
  fail(attempt: Attempt<T>, nowMs: number): void {
    this.#underWay -= 1
    this.#waiting.push(attempt, nowMs + delayAfterMs(this.#limits.retry, attempt.attempts))
  }

  /** Tries all that wait at once, as after a webhook was set. */
  hurry(nowMs: number): void {
    const waiting = this.#waiting.drain().toSorted((a, b) => a.offeredMs - b.offeredMs)
    for (const attempt of waiting) this.#waiting.push(attempt, nowMs)
  }

  /** When the next one is due; undefined when none waits. */
  get nextMs(): number | undefined {
    return this.#waiting.nextMs
  }

  get counts(): QueueCounts {
    return {
      offered: this.#offered,
      overflowed: this.#overflowed,
      acknowledged: this.#acknowledged,
      expired: this.#expired,
      retries: this.#retries,
      waiting: this.#waiting.size,
      underWay: this.#underWay,
    }
  }
}
