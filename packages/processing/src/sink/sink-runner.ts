import { type BatchConsumer, type BatchConsumerHandlers } from '../ports/ports.ts'
import { type TopicPartition } from '../ports/record.ts'
import { type BeginTraces } from '../ports/record-traces.ts'
import { type SendDeadLetters } from '../sending/dead-letter-sender.ts'
import { type BatchWriter, createBatchWriter } from './batch-writer.ts'
import { createDepartures, type Departures, type GatherTimes } from './departures.ts'
import { createInsertGroup, type InsertGroup } from './insert-group.ts'
import { createTableWriter } from './table-writer.ts'
import { PartitionLane } from './partition-lane.ts'
import { type LaneLimits } from './pending-batch.ts'
import { type RecordReader } from './record-reader.ts'
import { type FailedAttempt, type SinkObserver } from './sink-observer.ts'
import { type Sink } from './sink-port.ts'

export interface SinkRunnerOptions<Value, Table extends string> {
  readonly sink: Sink<Value, Table>
  readonly reader: RecordReader<Value>
  readonly observer: SinkObserver<Table>
  readonly limits: LaneLimits
  /** The longest that a row waits for others, of any partition and topic, to be written, too. */
  readonly gather: GatherTimes
  /** Tables whose rows are patient; not one of rows that have to be settled first. */
  readonly patientTables?: readonly Table[] | undefined
  /** Resolves once the records, which will never be rows, are dead letters. */
  readonly reject: SendDeadLetters
  /** Wait while a table or column is missing. */
  readonly schemaRetryMs: number
  readonly retryMinMs?: number | undefined
  /** Waits before each further attempt with a row that could not be read. */
  readonly confirmAfterMs?: readonly number[] | undefined
  /**
   * The destination or the registry is away: the partition waits, alive, although nothing moves.
   */
  readonly onWaiting?: ((partition: TopicPartition) => void) | undefined
  /** A bug came to light: the process must exit. */
  readonly onBroken: (error: unknown) => void
  readonly beginTraces?: BeginTraces | undefined
}

export type SinkConsumer = Pick<BatchConsumer, 'commit' | 'pause' | 'resume'>

export interface SinkRunner {
  readonly handlers: Pick<BatchConsumerHandlers, 'onRevoked' | 'onBatch'>
  /** Before the first batch comes. */
  attach(consumer: SinkConsumer): void
  /** Writes and commits what was read. */
  drain(): Promise<void>
}

const INSERT_BYTES_MAX = 16_000_000

/**
 * Writes what a consumer reads to a sink: one lane per assigned partition, from its first batch
 * until it is taken away. A position is committed once every record before it is rows or a dead
 * letter.
 */
export function createSinkRunner<Value, Table extends string>(
  options: SinkRunnerOptions<Value, Table>,
): SinkRunner {
  const { observer, sink } = options
  const lanes = new Map<string, PartitionLane<Value, Table>>()
  const inserts = createInsertGroup<Table>({
    bytesMax: INSERT_BYTES_MAX,
    classify: (error) => sink.classify(error),
    async insert(table, pieces) {
      const startedMs = performance.now()
      await sink.insert(table, pieces)
      observer.insertTook(table, performance.now() - startedMs)
    },
  })
  const departures = createDepartures(options.gather)
  let shared: SharedByLanes<Table> | undefined
  return {
    handlers: {
      async onBatch(batch, context) {
        if (shared === undefined) throw new Error('the sink has no consumer yet')
        const key = keyOf(batch)
        const lane = lanes.get(key) ?? createLane(options, shared, batch)
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
      shared = { consumer, departures, inserts }
    },
    async drain() {
      await Promise.all([...lanes.values()].map((lane) => lane.drain()))
    },
  }
}

interface SharedByLanes<Table extends string> {
  readonly inserts: InsertGroup<Table>
  readonly departures: Departures
  readonly consumer: SinkConsumer
}

function createLane<Value, Table extends string>(
  options: SinkRunnerOptions<Value, Table>,
  { consumer, departures, inserts }: SharedByLanes<Table>,
  { topic, partition }: TopicPartition,
): PartitionLane<Value, Table> {
  const { sink, reader, limits, observer, onBroken, beginTraces, patientTables } = options
  const identity = { topic, partition }
  const onWaiting = (): void => {
    options.onWaiting?.(identity)
  }
  const lane: PartitionLane<Value, Table> = new PartitionLane({
    ...identity,
    sink,
    reader,
    limits,
    departures,
    isPatient: patientTables && ((table) => patientTables.includes(table)),
    commit: (position) => consumer.commit([position]),
    onBroken,
    beginTraces,
    onWaiting,
    writer: createWriter(options, inserts, identity, (failure) => {
      observer.failed(failure)
      lane.hold()
      onWaiting()
    }),
    pause: () => {
      consumer.pause(identity)
    },
    resume: () => {
      consumer.resume(identity)
    },
    onCommitFailed: (error) => {
      observer.commitFailed(identity, error)
    },
  })
  return lane
}

function createWriter<Value, Table extends string>(
  options: SinkRunnerOptions<Value, Table>,
  inserts: InsertGroup<Table>,
  from: TopicPartition,
  onFailed: (failure: FailedAttempt<Table>) => void,
): BatchWriter<Value, Table> {
  const { sink, observer, reject, schemaRetryMs, retryMinMs, confirmAfterMs } = options
  const retry = {
    schemaRetryMs,
    onFailed,
    classify: (error: unknown) => sink.classify(error),
    ...(retryMinMs !== undefined && { retryMinMs }),
  }
  return createBatchWriter({
    retry,
    announce: (table) => inserts.announce(table),
    tables: createTableWriter({
      ...retry,
      insert: (table, lines) => inserts.insert(table, lines),
      ...(confirmAfterMs !== undefined && { confirmAfterMs }),
      onInserted: (inserted) => {
        observer.inserted(inserted)
      },
    }),
    reject: (records) => reject(from, records),
  })
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}
