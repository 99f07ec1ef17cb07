import { type Agent } from 'node:http'
import { postWebhook } from '../../sending/post-webhook.ts'
import {
  type AttemptOutcome,
  type OutgoingWebhook,
  type ProviderObserver,
} from '../options/provider-options.ts'
import { type Attempt, DeliveryQueue, type QueueCounts } from '../queue/delivery-queue.ts'
import { type QueueLimits } from '../queue/delivery-queue.ts'

export interface LineOptions {
  readonly limits: QueueLimits
  readonly concurrency: number
  readonly answerTimeoutMs: number
  /** Where webhooks go at this moment; undefined while there is no such place: they wait. */
  readonly url: () => string | undefined
  /** Headers of a request, such as its signature. */
  readonly headers: (body: Buffer) => Readonly<Record<string, string>>
  readonly agentFor: (url: URL) => Agent
  readonly observer: ProviderObserver
}

/** Most updates that did not fit are remembered by name; beyond that they are only counted. */
const NAMED_MAX = 10_000

export interface LineState extends QueueCounts {
  /** Updates in webhooks that did not fit. */
  readonly overflowedUpdates: readonly string[]
  /** Updates in webhooks that were given up. */
  readonly expiredUpdates: readonly string[]
}

/** Sends the webhooks of one queue, whatever the answers, until it is closed. */
export class Line {
  readonly #options: LineOptions
  readonly #queue: DeliveryQueue<OutgoingWebhook>
  readonly #overflowed: string[] = []
  readonly #expired: string[] = []
  #timer: NodeJS.Timeout | undefined
  #underWay = 0
  #isClosed = false

  constructor(options: LineOptions) {
    this.#options = options
    this.#queue = new DeliveryQueue(options.limits, (webhook) => this.#expire(webhook))
  }

  get counts(): QueueCounts {
    return this.#queue.counts
  }

  get state(): LineState {
    return {
      ...this.#queue.counts,
      overflowedUpdates: this.#overflowed,
      expiredUpdates: this.#expired,
    }
  }

  offer(webhook: OutgoingWebhook): void {
    if (this.#queue.offer(webhook, Date.now())) {
      this.#pump()
      return
    }
    remember(this.#overflowed, webhook)
    this.#options.observer.onOverflow?.(webhook)
  }

  /** Sends what waits at once: there may be a URL now. */
  hurry(): void {
    this.#queue.hurry(Date.now())
    this.#pump()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #expire(webhook: OutgoingWebhook): void {
    remember(this.#expired, webhook)
    this.#options.observer.onExpired?.(webhook)
  }

  #pump(): void {
    clearTimeout(this.#timer)
    const url = this.#options.url()
    if (this.#isClosed || url === undefined) return
    const target = new URL(url)
    while (this.#underWay < this.#options.concurrency) {
      const attempt = this.#queue.take(Date.now())
      if (attempt === undefined) break
      this.#underWay += 1
      void this.#send(attempt, target)
    }
    this.#wait()
  }

  #wait(): void {
    const { nextMs } = this.#queue
    if (nextMs === undefined || this.#underWay >= this.#options.concurrency) return
    this.#timer = setTimeout(() => this.#pump(), Math.max(0, nextMs - Date.now()))
  }

  async #send(attempt: Attempt<OutgoingWebhook>, target: URL): Promise<void> {
    const { agentFor, answerTimeoutMs, headers, observer } = this.#options
    const { attempts, webhook } = attempt
    const startedMs = performance.now()
    const answer = await postWebhook(
      {
        path: `${target.pathname}${target.search}`,
        headers: { 'content-type': 'application/json', ...headers(webhook.body) },
        body: webhook.body,
      },
      { agent: agentFor(target), url: target.origin, timeoutMs: answerTimeoutMs },
    )
    const elapsedMs = performance.now() - startedMs
    this.#underWay -= 1
    if (answer.status === 200) this.#queue.acknowledge(attempt)
    else this.#queue.fail(attempt, Date.now())
    const { headers: answered, status } = answer
    const outcome: AttemptOutcome = { webhook, status, attempts, elapsedMs, headers: answered }
    observer.onAttempt?.(outcome)
    this.#pump()
  }
}

function remember(names: string[], { updates }: OutgoingWebhook): void {
  names.push(...updates.slice(0, Math.max(0, NAMED_MAX - names.length)).map(({ name }) => name))
}
