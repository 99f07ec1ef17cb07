import { type ClickHouse, findAnchorDays, insertColumns } from '@wabastream/clickhouse'
import { databaseName, topicNames } from '@wabastream/contracts'
import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type BeginTraces,
  type TopicPartition,
} from '@wabastream/processing'
import { createAnchorResolver } from './tables/anchors.ts'
import { type BatchWriter, createBatchWriter } from './tables/batch-writer.ts'
import { type SendDeadLetters } from './tables/dead-letters.ts'
import { createInsertGroup } from './tables/insert-group.ts'
import { type LaneLimits, PartitionLane } from './lane/partition-lane.ts'
import { type RejectedRecord } from './lane/pending-batch.ts'
import { type RecordReader } from './lane/record-reader.ts'
import { type SinkReport } from './status/sink-report.ts'
import { createTableWriter, type TableWriterOptions } from './tables/table-writer.ts'

export interface SinkOptions {
  readonly generation: number
  readonly client: Pick<ClickHouse, 'insert' | 'query'>
  readonly reader: RecordReader
  readonly sendDeadLetters: SendDeadLetters
  readonly report: SinkReport
  readonly limits: LaneLimits
  /** Wait where a table or column is missing. */
  readonly schemaRetryMs: number
  readonly retryMinMs?: number
  /**
   * ClickHouse or the registry is away, and the partition waits: alive, though no position moves.
   */
  readonly onWaiting?: (partition: TopicPartition) => void
  /** A bug came to light: the process must exit. */
  readonly onBroken: (error: unknown) => void
  readonly beginTraces?: BeginTraces | undefined
}

type SinkConsumer = Pick<BatchConsumer, 'commit' | 'pause' | 'resume'>

export interface Sink {
  readonly handlers: Pick<BatchConsumerHandlers, 'onRevoked' | 'onBatch'>
  /** Before the first batch comes. */
  attach(consumer: SinkConsumer): void
  /** Writes and commits what was read. */
  drain(): Promise<void>
}

type Insert = TableWriterOptions['insert']

const INSERT_BYTES_MAX = 16_000_000

/** One lane per assigned partition, from its first batch until it is taken away. */
export function createSink(options: SinkOptions): Sink {
  const { client, generation, report } = options
  const database = databaseName(generation)
  const lanes = new Map<string, PartitionLane>()
  const insert = createInsertGroup({
    bytesMax: INSERT_BYTES_MAX,
    async insert(table, lines) {
      const startedMs = performance.now()
      await client.insert({ database, table, columns: insertColumns[table] }, lines)
      report.insertTook(table, performance.now() - startedMs)
    },
  })
  let attached: SinkConsumer | undefined
  return {
    handlers: {
      async onBatch(batch, context) {
        if (attached === undefined) throw new Error('the sink has no consumer yet')
        const key = keyOf(batch)
        const lane = lanes.get(key) ?? createLane({ ...options, insert }, attached, batch)
        lanes.set(key, lane)
        await lane.add(batch, context)
      },
      async onRevoked(partition) {
        const key = keyOf(partition)
        lanes.get(key)?.close()
        lanes.delete(key)
      },
    },
    attach(consumer) {
      attached = consumer
    },
    async drain() {
      await Promise.all([...lanes.values()].map((lane) => lane.drain()))
    },
  }
}

function createLane(
  options: SinkOptions & { readonly insert: Insert },
  consumer: SinkConsumer,
  { topic, partition }: TopicPartition,
): PartitionLane {
  const { reader, limits, report, onBroken, beginTraces } = options
  const identity = { topic, partition }
  const onWaiting = (): void => {
    options.onWaiting?.(identity)
  }
  const lane = new PartitionLane({
    ...identity,
    reader,
    limits,
    onBroken,
    beginTraces,
    onWaiting,
    writer: createWriter(options, identity, () => {
      lane.hold()
      onWaiting()
    }),
    commit: (position) => consumer.commit([position]),
    pause: () => {
      consumer.pause(identity)
    },
    resume: () => {
      consumer.resume(identity)
    },
    onCommitFailed: (error) => {
      report.commitFailed(identity, error)
    },
  })
  return lane
}

function createWriter(
  options: SinkOptions & { readonly insert: Insert },
  from: TopicPartition,
  onFailed: () => void,
): BatchWriter {
  const { generation, client, report, schemaRetryMs, retryMinMs } = options
  const database = databaseName(generation)
  const retry = {
    schemaRetryMs,
    ...(retryMinMs !== undefined && { retryMinMs }),
    onFailed: (failure: Parameters<SinkReport['failed']>[0]) => {
      report.failed(failure)
      onFailed()
    },
  }
  return createBatchWriter({
    retry,
    tables: createTableWriter({
      ...retry,
      insert: options.insert,
      onInserted: (insert) => {
        report.inserted(insert)
      },
    }),
    anchors: createAnchorResolver({
      findAnchorDays: (ids) => findAnchorDays({ client, database, ids }),
      onResolved: (outcome) => {
        report.resolved(outcome)
      },
    }),
    reject: (records) => reject(options, from, records),
  })
}

/** A letter that can't be a row stays in its topic: a letter about it would meet the same fate. */
async function reject(
  { generation, report, sendDeadLetters }: SinkOptions,
  from: TopicPartition,
  records: readonly RejectedRecord[],
): Promise<void> {
  if (from.topic === topicNames(generation).deadLetters) {
    for (const record of records) report.letterWithoutRow(from, record)
    return
  }
  await sendDeadLetters(from, records)
  report.rejected(from, records)
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
