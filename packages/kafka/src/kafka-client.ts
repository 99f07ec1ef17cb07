import { type ConnectionOptions } from 'node:tls'
import { Registry } from 'prom-client'
import {
  type BatchConsumer,
  type ChainedProducer,
  type PartitionReader,
  type TransactionalWriter,
} from '@wabastream/processing'
import { type KafkaAdmin, LazyAdmin } from './admin/admin.ts'
import { type BatchConsumerOptions, createBatchConsumer } from './consumer/batch-consumer.ts'
import { type ChainedProducerOptions, createChainedProducer } from './producer/chained-producer.ts'
import { openConnection } from './connection/connection.ts'
import { type KafkaCredentials, toSasl } from './connection/credentials.ts'
import { type KafkaError } from './wire/kafka-error.ts'
import {
  type BatchCompression,
  defaultCompression,
  toCompressionNumber,
} from './wire/records/compression.ts'
import { createKafkaMetrics } from './connection/kafka-metrics.ts'
import { createPartitionReader } from './reader/partition-reader.ts'
import { readRecord, type RecordPosition, type StoredRecord } from './reader/read-record.ts'
import { type ResolveAddress } from './connection/sockets.ts'
import { watchRetention } from './admin/topic-retention.ts'
import {
  createTransactionalWriter,
  type TransactionalWriterOptions,
} from './producer/transactional-writer.ts'

export interface KafkaClientOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly tls?: ConnectionOptions
  readonly sasl?: KafkaCredentials
  /** For metrics. Without it, they are counted but not exported. */
  readonly registry?: Registry
  /** Called for failures that are repeated automatically, for the log. */
  readonly onError?: (error: KafkaError) => void
  /** A request that has no answer after this time ends its connection. */
  readonly requestTimeoutMs?: number
  /** Of all that is produced; zstd at level 1 if left out. Small batches are never packed. */
  readonly compression?: BatchCompression
  /** Where a broker's address really leads: a proxy, a tunnel. */
  readonly resolveAddress?: ResolveAddress
}

/** Everything that talks to Kafka. Members connect when they are first used. */
export interface KafkaClient {
  readonly admin: KafkaAdmin
  batchConsumer(options: BatchConsumerOptions): BatchConsumer
  chainedProducer(options?: ChainedProducerOptions): ChainedProducer
  transactionalWriter(options: TransactionalWriterOptions): TransactionalWriter
  partitionReader(): PartitionReader
  /** A copy of one record by its position; null if no committed record is there. */
  readRecord(position: RecordPosition): Promise<StoredRecord | null>
  /** Closes all that was made here. */
  close(): Promise<void>
}

const REQUEST_TIMEOUT_MS = 8_000
/** Two attempts of the client, its connections and its waits. */
const ATTEMPT_TIMEOUTS = 4

interface Closable {
  close(): Promise<void>
}

/** Throws `UnknownKafkajs` unless the library is exactly the version that the wire codec knows. */
export function createKafkaClient(options: KafkaClientOptions): KafkaClient {
  const requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  const onError = options.onError ?? (() => undefined)
  const metrics = createKafkaMetrics(options.registry ?? new Registry())
  const sasl = options.sasl === undefined ? undefined : toSasl(options.sasl)
  const compression = toCompressionNumber(options.compression ?? defaultCompression)
  const settings = { ...options, requestTimeoutMs, onError, metrics, sasl }
  const open = (): ReturnType<typeof openConnection> => openConnection(settings)
  const admin = new LazyAdmin(open)
  const made: Closable[] = []
  const keep = <T extends Closable>(one: T): T => {
    made.push(one)
    return one
  }
  const attemptMsMax = requestTimeoutMs * ATTEMPT_TIMEOUTS
  return {
    admin,
    batchConsumer: (consumer) => {
      keep(watchRetention({ admin, metrics, onError }, consumer.topics))
      return keep(createBatchConsumer({ open, admin, metrics, onError }, consumer))
    },
    chainedProducer: (producer = {}) =>
      keep(createChainedProducer({ open, metrics, onError, compression, attemptMsMax }, producer)),
    transactionalWriter: (writer) =>
      keep(createTransactionalWriter({ open, metrics, compression }, writer)),
    partitionReader: () => keep(createPartitionReader(open)),
    readRecord: (position) => readRecord(open, position),
    close: async () => {
      await Promise.all(made.map((one) => one.close()))
      await admin.close()
    },
  }
}
