import { setTimeout as delay } from 'node:timers/promises'
import type { Producer, RecordMetadata, Transaction } from 'kafkajs'
import {
  type Position,
  type TransactionalWriter,
  type TransactionOutput,
} from '@wabastream/processing'
import { type Connection } from '../connection/connection.ts'
import { failureOf, KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from '../connection/kafka-metrics.ts'
import { BATCH_BYTES_MAX, splitByBytes, toMessage } from './outgoing-messages.ts'
import { openTransactionalProducer } from './transactional-producer.ts'

export interface TransactionalWriterOptions {
  /** `service-topic-partition` of the input. */
  readonly transactionalId: string
  /** After this time the broker aborts what a dead writer left open. */
  readonly transactionTimeoutMs?: number
}

interface WriterSettings {
  readonly open: () => Connection
  readonly metrics: KafkaMetrics
  /** See `toCompressionNumber`. */
  readonly compression: number
}

type TransactionInput = Parameters<TransactionalWriter['write']>[0]
interface Open {
  readonly producer: Producer
  readonly connection: Connection
}

const TRANSACTION_TIMEOUT_MS = 60_000
/**
 * The broker is still ending the transaction before: that takes milliseconds, not the client's 300.
 */
const OUTCOMES = ['committed', 'failed', 'fenced'] as const
const CONCURRENT_RETRY_MS = 5
const CONCURRENT_MS_MAX = 10_000

class FencedWriter implements TransactionalWriter {
  readonly #settings: WriterSettings
  readonly #options: TransactionalWriterOptions
  #open: Open | undefined
  #opening: Open | undefined

  constructor(settings: WriterSettings, options: TransactionalWriterOptions) {
    this.#settings = settings
    this.#options = options
    for (const outcome of OUTCOMES) settings.metrics.transactions.inc({ outcome }, 0)
  }

  async fence(): Promise<void> {
    await this.close()
    const open = this.#create()
    this.#opening = open
    try {
      await open.producer.connect()
      // The first transaction of a producer takes the id over and ends what its last owner left
      // open.
      const transaction = await whileConcurrent(() => open.producer.transaction())
      await transaction.abort()
      if (this.#opening !== open) throw new KafkaError('closed', 'the writer is closed')
      this.#open = open
    } catch (error) {
      discard(open)
      throw toKafkaError(error, `fencing ${this.#options.transactionalId}`)
    } finally {
      if (this.#opening === open) this.#opening = undefined
    }
  }

  async write(input: TransactionInput): Promise<readonly Position[]> {
    const open = this.#open
    if (open === undefined) {
      throw new KafkaError('transaction_failed', 'the writer has to fence first')
    }
    const startMs = performance.now()
    try {
      const transaction = await open.producer.transaction()
      await sendOffsets(transaction, input)
      const positions = await sendOutputs(transaction, input.outputs, this.#settings)
      await transaction.commit()
      this.#settings.metrics.transactions.inc({ outcome: 'committed' })
      this.#settings.metrics.transactionSeconds.observe((performance.now() - startMs) / 1_000)
      return positions
    } catch (error) {
      await this.close()
      throw this.#failed(error)
    }
  }

  /** Ends a fencing that is under way, too. */
  async close(): Promise<void> {
    for (const open of [this.#open, this.#opening]) if (open !== undefined) discard(open)
    this.#open = undefined
    this.#opening = undefined
  }

  #failed(error: unknown): KafkaError {
    const { code, message } = toKafkaError(error, 'transaction')
    const outcome = code === 'fenced' ? 'fenced' : 'transaction_failed'
    this.#settings.metrics.transactions.inc({ outcome: code === 'fenced' ? 'fenced' : 'failed' })
    return new KafkaError(outcome, `${this.#options.transactionalId}: ${message}`, error)
  }

  #create(): Open {
    const connection = this.#settings.open()
    const producer = openTransactionalProducer(connection, {
      transactionalId: this.#options.transactionalId,
      transactionTimeoutMs: this.#options.transactionTimeoutMs ?? TRANSACTION_TIMEOUT_MS,
    })
    connection.watch((listener) => producer.on(producer.events.REQUEST_TIMEOUT, listener))
    return { producer, connection }
  }
}

/** Nothing that is still on its way may reach the broker after the id's next owner has begun. */
function discard({ connection, producer }: Open): void {
  connection.sockets.shut()
  void producer.disconnect().catch(() => undefined)
}

async function whileConcurrent<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + CONCURRENT_MS_MAX
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      const isEnding = failureOf(error).type === 'CONCURRENT_TRANSACTIONS'
      if (!isEnding || performance.now() > deadline) throw error
      await delay(CONCURRENT_RETRY_MS)
    }
  }
}

/**
 * This comes first, so that we meet a transaction that is still ending here, where we wait
 * ourselves.
 */
async function sendOffsets(transaction: Transaction, input: TransactionInput): Promise<void> {
  const { offset, partition, topic } = input.input
  const topics = [{ topic, partitions: [{ partition, offset: String(offset) }] }]
  await whileConcurrent(() => transaction.sendOffsets({ consumerGroupId: input.groupId, topics }))
}

/** One send for all outputs; more only if one of them exceeds the batch limit. */
async function sendOutputs(
  transaction: Transaction,
  outputs: readonly TransactionOutput[],
  { compression }: Pick<WriterSettings, 'compression'>,
): Promise<readonly Position[]> {
  const split = outputs.map((output) => ({
    output,
    runs: splitByBytes(output.records, BATCH_BYTES_MAX),
  }))
  const rounds = Math.max(0, ...split.map(({ runs }) => runs.length))
  const firsts: Position[] = []
  for (let round = 0; round < rounds; round++) {
    const sent = split.flatMap(({ output, runs }) => {
      const run = runs[round]
      return run === undefined ? [] : [{ output, records: run.records }]
    })
    const topicMessages = sent.map(({ output: { partition, topic }, records }) => ({
      topic,
      messages: records.map((record) => toMessage(record, partition)),
    }))
    const answers = await transaction.sendBatch({ acks: -1, compression, topicMessages })
    const positions = sent.map(({ output }) => positionOf(output, answers))
    if (round === 0) firsts.push(...positions)
  }
  return firsts
}

/** Throws if there is no answer: nothing was sent, and the input must not be committed as done. */
function positionOf(
  { partition, topic }: TransactionOutput,
  answers: readonly RecordMetadata[],
): Position {
  const answer = answers.find((one) => one.topicName === topic && one.partition === partition)
  if (answer !== undefined) return { topic, partition, offset: Number(answer.baseOffset ?? -1) }
  throw new KafkaError('transaction_failed', `no answer of ${topic}-${partition}`)
}

/** First offsets are in the order of the outputs; outputs without records are left out. */
export function createTransactionalWriter(
  settings: WriterSettings,
  options: TransactionalWriterOptions,
): TransactionalWriter {
  return new FencedWriter(settings, options)
}
