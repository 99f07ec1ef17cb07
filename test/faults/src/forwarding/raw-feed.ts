import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { rawHeaders, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type ChainedProducer } from '@wabastream/processing'
import { digestOf } from '../judge/raw-webhooks.ts'

const { raw: topic } = topicNames(1)
const TICK_MS = 100
/** Bodies are of any length up to this. */
const PADDING_BYTES_MAX = 1_500

/** Appends webhooks to the raw topic as the ingestor does, and knows the body of each receipt. */
export class RawFeed {
  readonly digests = new Map<string, string>()
  readonly #producer: ChainedProducer
  readonly #partitions: number
  readonly #seed: string
  #count = 0

  constructor(kafka: KafkaClient, options: { readonly seed: string; readonly partitions: number }) {
    this.#producer = kafka.chainedProducer()
    this.#partitions = options.partitions
    this.#seed = options.seed
  }

  /** Resolves once they are durable. */
  async append(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => this.#next())
    await Promise.all(
      Array.from({ length: this.#partitions }, async (_, partition) => {
        const own = records.filter((_record, index) => index % this.#partitions === partition)
        if (own.length > 0) await this.#producer.send({ topic, partition }, own)
      }),
    )
  }

  /** For as long as the work goes on. */
  async appendDuring(ratePerSecond: number, work: () => Promise<void>): Promise<void> {
    let isOver = false
    const working = work().finally(() => {
      isOver = true
    })
    const feed = async (): Promise<void> => {
      while (!isOver) {
        await this.append(Math.max(1, Math.round((ratePerSecond * TICK_MS) / 1_000)))
        await delay(TICK_MS)
      }
    }
    await Promise.all([working, feed()])
  }

  async close(): Promise<void> {
    await this.#producer.close()
  }

  #next() {
    this.#count += 1
    const receipt = `${this.#seed}-${String(this.#count).padStart(7, '0')}`
    const padding = randomBytes(Math.floor(Math.random() * PADDING_BYTES_MAX)).toString('base64')
    const value = Buffer.from(`{"entry": [],\n "n":${this.#count} , "ü":"\\u00fc${padding}"}`)
    this.digests.set(receipt, digestOf(value))
    const headers = {
      [rawHeaders.receiptId]: receipt,
      [rawHeaders.receivedAt]: String(Date.now()),
      [rawHeaders.channel]: 'cloud',
      [rawHeaders.contentType]: 'application/json',
    }
    return { key: null, value, headers }
  }
}
