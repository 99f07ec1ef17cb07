import { setTimeout as delay } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import {
  type OutgoingRecord,
  type PortError,
  sendApart,
  type TopicPartition,
} from '@wabastream/processing'
import { type Connection } from '../connection/connection.ts'
import { failureOf, KafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from '../connection/kafka-metrics.ts'
import { toMessage } from './outgoing-messages.ts'
import { type Waiting, WaitingRecords } from './waiting-records.ts'

export interface LaneSettings {
  readonly open: () => Connection
  readonly metrics: KafkaMetrics
  readonly onError: (error: KafkaError) => void
  /** See `toCompressionNumber`. */
  readonly compression: number
  readonly waitingBytesMax: number
  readonly batchRecordsMax: number
  /**
   * An attempt that has neither succeeded nor failed after this time is stuck inside the client.
   */
  readonly attemptMsMax: number
}

interface OpenProducer {
  readonly producer: Producer
  readonly connection: Connection
  recordsSent: number
}

const BACKOFF_MS_FIRST = 50
const BACKOFF_MS_MAX = 1_000
/** Sequence numbers are 31 bits wide and the client does not wrap them as the broker does. */
const RECORDS_PER_PRODUCER_MAX = 1_000_000_000
/**
 * The minimum that the client accepts; after that our own loop continues, with the same sequence.
 */
const ATTEMPT_RETRIES = 1

/** The records are at fault. A missing right or topic is another kind of trouble, which passes. */
const refusals: ReadonlySet<string> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])

function isOfRecords(error: unknown): boolean {
  const { name, type } = failureOf(error)
  return name === 'UnwritableRecord' || (type !== undefined && refusals.has(type))
}

/**
 * The producer of one partition: one send is outstanding, and everything that waits goes into the
 * next. A failed batch is repeated with its sequence, so that the broker recognises it; after an
 * error that leaves no usable sequence, it is repeated with a new producer.
 */
export class ProducerLane {
  readonly #target: TopicPartition
  readonly #settings: LaneSettings
  readonly #waiting: WaitingRecords
  readonly #closing = new AbortController()
  #running: Promise<void> | undefined
  #open: OpenProducer | undefined
  #attemptSinceMs: number | undefined
  #hasFailed = false
  /** Ends the wait for the attempt under way. */
  #abandon: ((error: KafkaError) => void) | undefined

  constructor(target: TopicPartition, settings: LaneSettings) {
    this.#target = target
    this.#settings = settings
    this.#waiting = new WaitingRecords(settings)
    const { metrics } = settings
    // A rate needs a beginning.
    for (const counter of [
      metrics.produceFailures,
      metrics.producerRebuilds,
      metrics.refusedRecords,
    ])
      counter.inc(this.#labels(), 0)
  }

  async send(records: readonly OutgoingRecord[]): Promise<number> {
    if (this.#closing.signal.aborted) throw new KafkaError('closed', 'the producer is closed')
    if (!this.#waiting.isEmpty && this.#waiting.bytes > this.#settings.waitingBytesMax) {
      throw new KafkaError('queue_full', `too many bytes wait for ${this.#name()}`)
    }
    const sent = this.#waiting.add(records)
    this.#running ??= this.#run()
    return await sent
  }

  /**
   * False after a failed attempt, or while an attempt is outstanding for longer than
   * `outstandingMsMax`.
   */
  isHealthy(outstandingMsMax: number): boolean {
    if (this.#hasFailed) return false
    return (
      this.#attemptSinceMs === undefined ||
      performance.now() - this.#attemptSinceMs < outstandingMsMax
    )
  }

  /** Rejects what still waits. What is on its way may or may not be stored. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#abandon?.(new KafkaError('closed', 'the producer is closed'))
    await this.#running
    await this.#discard()
  }

  async #run(): Promise<void> {
    // Records that are sent within the same turn go together.
    await Promise.resolve()
    while (!this.#waiting.isEmpty) {
      // A merged batch is split by caller: only those refused alone are rejected.
      await sendApart(this.#waiting.takeBatch(), {
        send: (batch) => this.#deliver(batch),
        refused: (waiting, error) => this.#refuse(waiting, error),
      })
    }
    this.#running = undefined
  }

  /** Settles what waits, but throws if the broker refuses it. */
  async #deliver(batch: readonly Waiting[]): Promise<void> {
    const startMs = performance.now()
    const { metrics } = this.#settings
    for (let attempt = 0; !this.#closing.signal.aborted; attempt++) {
      try {
        const baseOffset = await this.#attempt(batch)
        this.#hasFailed = false
        metrics.produceSeconds.observe(this.#labels(), (performance.now() - startMs) / 1_000)
        return resolveAll(batch, baseOffset)
      } catch (error) {
        if (this.#closing.signal.aborted) break
        if (isOfRecords(error)) throw this.#toRefusal(error)
        await this.#recover(error)
        await this.#backOff(attempt)
      }
    }
    for (const { reject } of batch) reject(new KafkaError('closed', 'the producer is closed'))
  }

  async #attempt(batch: readonly Waiting[]): Promise<number> {
    this.#attemptSinceMs = performance.now()
    try {
      const open = await this.#producer()
      const { partition, topic } = this.#target
      const messages = batch.flatMap(({ records }) =>
        records.map((record) => toMessage(record, partition)),
      )
      const sent = open.producer.send({
        topic,
        acks: -1,
        compression: this.#settings.compression,
        messages,
      })
      const [answer] = await this.#withDeadline(sent)
      // Without an answer nothing was sent, whatever the client makes of it.
      if (answer === undefined) throw new KafkaError('unexpected', `no answer of ${this.#name()}`)
      open.recordsSent += messages.length
      this.#settings.metrics.producedRecords.observe(this.#labels(), messages.length)
      if (open.recordsSent > RECORDS_PER_PRODUCER_MAX) await this.#discard()
      return Number(answer.baseOffset ?? -1)
    } finally {
      this.#attemptSinceMs = undefined
    }
  }

  /** Neither a stuck client nor the lane's end may leave callers waiting. */
  async #withDeadline<T>(sent: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      late.reject(new KafkaError('unexpected', `stuck sending to ${this.#name()}`))
    }, this.#settings.attemptMsMax)
    this.#abandon = late.reject
    try {
      return await Promise.race([sent, late.promise])
    } finally {
      clearTimeout(timer)
      this.#abandon = undefined
    }
  }

  #refuse({ records, reject }: Waiting, error: PortError): void {
    this.#settings.metrics.refusedRecords.inc(this.#labels(), records.length)
    reject(error)
  }

  #toRefusal(error: unknown): KafkaError {
    const message = `${this.#name()} refuses: ${failureOf(error).message}`
    return new KafkaError('records_refused', message, error)
  }

  /** Keeps the producer, and with it the sequence, whenever the batch may have been stored. */
  async #recover(error: unknown): Promise<void> {
    this.#hasFailed = true
    this.#settings.metrics.produceFailures.inc(this.#labels())
    const failure = failureOf(error)
    const message = `send to ${this.#name()} failed: ${failure.message}`
    this.#settings.onError(new KafkaError('unavailable', message, error))
    if (failure.isRetriable && this.#open !== undefined) return
    if (this.#open !== undefined) this.#settings.metrics.producerRebuilds.inc(this.#labels())
    await this.#discard()
  }

  async #backOff(attempt: number): Promise<void> {
    const ms = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** Math.min(attempt, 10))
    await delay(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined)
  }

  async #producer(): Promise<OpenProducer> {
    if (this.#open !== undefined) return this.#open
    const connection = this.#settings.open()
    const producer = connection.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => () => this.#target.partition,
      retry: { retries: ATTEMPT_RETRIES },
    })
    connection.watch((listener) => producer.on(producer.events.REQUEST_TIMEOUT, listener))
    try {
      await this.#withDeadline(producer.connect())
    } catch (error) {
      connection.sockets.shut()
      throw error
    }
    this.#open = { producer, connection, recordsSent: 0 }
    return this.#open
  }

  /** Nothing that the old producer has on its way may arrive after what the new one sends. */
  async #discard(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    open.connection.sockets.shut()
    void open.producer.disconnect().catch(() => undefined)
  }

  #name(): string {
    return `${this.#target.topic}-${this.#target.partition}`
  }

  #labels(): { readonly topic: string } {
    return { topic: this.#target.topic }
  }
}

function resolveAll(batch: readonly Waiting[], baseOffset: number): void {
  let offset = baseOffset
  for (const { records, resolve } of batch) {
    resolve(offset)
    if (baseOffset >= 0) offset += records.length
  }
}
