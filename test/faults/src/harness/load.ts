import {
  type Acknowledgement,
  generateTraffic,
  type SendReport,
  sendWebhooks,
  type SimulatedWebhook,
  type TrafficOptions,
} from '@wabastream/simulator'
import { countRows, type Fact, readFacts, type RowCounts } from '@wabastream/testing'
import { digestOf, FLAT_NUMBER } from '../judge/raw-webhooks.ts'

const HOUR_MS = 3_600_000
const CONCURRENCY = 64
const RECEIPT_HEADER = 'x-receipt-id'

export interface LoadPart {
  /** Webhooks before a tenth of them is repeated. */
  readonly count: number
  /** Without it, as fast as answers come. */
  readonly ratePerSecond?: number
  /**
   * Maximum number of requests in flight per ingestor; one that waits to be sent again is in
   * flight.
   */
  readonly concurrency?: number
  /** Which ingestor, from 0; without it the webhooks go to all in turn. */
  readonly ingestor?: number
  readonly traffic?: Partial<TrafficOptions>
}

interface NotedReceipt {
  readonly receipt: string
  readonly receivedAtMs: number
}

/** Sends traffic and records what was acknowledged, which is all that a case may trust. */
export class Load {
  readonly facts: Fact[] = []
  /** Of the body that each receipt was given for. */
  readonly digests = new Map<string, string>()
  /** Rows that each acknowledged webhook is to have, by its receipt. */
  readonly rowCounts = new Map<string, RowCounts>()
  readonly #urls: readonly string[]
  readonly #seed: string
  readonly #aborting = new AbortController()
  #partCount = 0
  #last: readonly SimulatedWebhook[] = []
  #acked = 0

  constructor(urls: readonly string[], seed: string) {
    this.#urls = urls
    this.#seed = seed
  }

  get ackedCount(): number {
    return this.#acked
  }

  /**
   * Sends again what is answered 503 or not at all, and resolves when everything is acknowledged.
   * Throws when something was refused for good.
   */
  async send(part: LoadPart, onLastStarted?: () => void): Promise<readonly SendReport[]> {
    const number = ++this.#partCount
    const spanMs = 12 * HOUR_MS
    const webhooks = generateTraffic({
      spanMs,
      startMs: Date.now() - spanMs - HOUR_MS,
      duplicateShare: 0.1,
      shuffleShare: 0.5,
      ...part.traffic,
      count: part.count,
      seed: `${this.#seed} ${number}`,
    })
    this.#last = webhooks
    const urls =
      part.ingestor === undefined ? this.#urls : this.#urls.slice(part.ingestor).slice(0, 1)
    let startingCount = urls.length
    return await Promise.all(
      urls.map((url, index) =>
        this.#sendTo(url, {
          onLastStarted: () => {
            startingCount -= 1
            if (startingCount === 0) onLastStarted?.()
          },
          webhooks: webhooks.filter((_, place) => place % urls.length === index),
          ratePerSecond:
            part.ratePerSecond === undefined ? undefined : part.ratePerSecond / urls.length,
          concurrency: part.concurrency,
        }),
      ),
    )
  }

  /**
   * Part after part for as long as the work goes on: however long it takes, traffic outlasts it.
   * A part does not wait for the last webhooks of the one before, which an outage may hold up.
   */
  async sendDuring(part: LoadPart, work: () => Promise<void>): Promise<void> {
    let isOver = false
    const working = work().finally(() => {
      isOver = true
    })
    const sendParts = async (): Promise<void> => {
      const parts: Promise<unknown>[] = []
      while (!isOver) {
        const started = Promise.withResolvers<void>()
        parts.push(this.send(part, started.resolve))
        await Promise.race([started.promise, Promise.all(parts)])
      }
      await Promise.all(parts)
    }
    await Promise.all([working, sendParts()])
  }

  /** Sends the last part once more, byte for byte: nothing in it is new. */
  async sendAgain(ratePerSecond?: number): Promise<SendReport> {
    return await this.sendAll(this.#last, ratePerSecond)
  }

  /** Sends the case's own webhooks. */
  async sendAll(
    webhooks: readonly SimulatedWebhook[],
    ratePerSecond?: number,
  ): Promise<SendReport> {
    const [url = ''] = this.#urls
    return await this.#sendTo(url, { webhooks, ratePerSecond })
  }

  async #sendTo(
    url: string,
    {
      webhooks,
      ratePerSecond,
      concurrency = CONCURRENCY,
      onLastStarted,
    }: {
      readonly webhooks: readonly SimulatedWebhook[]
      readonly ratePerSecond: number | undefined
      readonly concurrency?: number | undefined
      readonly onLastStarted?: () => void
    },
  ): Promise<SendReport> {
    const journal: Acknowledgement[] = []
    const report = await sendWebhooks({
      url,
      webhooks,
      concurrency,
      journal,
      attemptsMax: 1_000,
      signal: this.#aborting.signal,
      onProgress: () => {
        this.#write(journal.splice(0), webhooks)
      },
      ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
      ...(onLastStarted === undefined ? {} : { onLastStarted }),
    })
    this.#write(journal.splice(0), webhooks)
    if (report.refused.length > 0) {
      throw new Error(`refused for good: ${JSON.stringify(report.refused.slice(0, 5))}`)
    }
    return report
  }

  #write(acknowledged: readonly Acknowledgement[], webhooks: readonly SimulatedWebhook[]): void {
    for (const { index, headers } of acknowledged) {
      this.#acked++
      const receipt = headers[RECEIPT_HEADER]
      if (receipt === undefined) throw new Error('acknowledged without a receipt')
      this.note(webhooks[index]?.body ?? Buffer.alloc(0), { receipt, receivedAtMs: Date.now() })
    }
  }

  /** Gives up what is still being sent. */
  abort(): void {
    this.#aborting.abort()
  }

  /** For a case that puts webhooks into the raw topic itself. */
  note(body: Buffer, { receipt, receivedAtMs: nowMs }: NotedReceipt): void {
    this.digests.set(receipt, digestOf(body))
    const parsed: unknown = JSON.parse(String(body))
    const read = parsed as Record<string, unknown>
    this.facts.push(...readFacts(read, { flatNumber: FLAT_NUMBER, nowMs }))
    this.rowCounts.set(receipt, countRows(read))
  }
}
