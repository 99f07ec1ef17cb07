import { type AnchorDay, type TableName } from '@wabastream/clickhouse'
import { type WireRecord } from '@wabastream/contracts'
import { type BatchContext, type KafkaRecord, type RecordBatch } from '@wabastream/processing'
import {
  type AvroCodec,
  createAvroCodec,
  createInMemorySchemaStore,
} from '@wabastream/schema-registry'
import { createAnchorResolver } from '../tables/anchors.ts'
import { createBatchWriter } from '../tables/batch-writer.ts'
import { type LaneLimits, PartitionLane } from './partition-lane.ts'
import { type RejectedRecord } from './pending-batch.ts'
import { createRecordReader } from './record-reader.ts'
import { createTableWriter } from '../tables/table-writer.ts'

export interface LaneHarness {
  readonly lane: PartitionLane
  readonly codec: AvroCodec
  /** Each insert that was tried: the table and its lines. */
  readonly attempts: { readonly table: TableName; readonly lines: string }[]
  readonly commits: number[]
  readonly rejected: RejectedRecord[]
  readonly pauses: ('pause' | 'resume')[]
  readonly broken: unknown[]
  /** Takes the records as the batch that begins at `offset`. */
  add(offset: number, values: readonly (WireRecord | Uint8Array | null)[]): Promise<void>
  /** The same, of a partition that was taken away. */
  addStale: LaneHarness['add']
}

export interface LaneHarnessOptions {
  readonly limits?: Partial<LaneLimits>
  readonly insert?: (table: TableName, lines: string) => Promise<void>
  readonly commit?: () => Promise<void>
  readonly reject?: () => Promise<void>
  /** The only row of any timeline that exists. */
  readonly anchor?: AnchorDay
}

/** When every record was appended. */
export const APPENDED_MS = 1_700_000_000_000

/** A lane with everything real but Kafka and ClickHouse. */
export async function createLaneHarness(options: LaneHarnessOptions = {}): Promise<LaneHarness> {
  const codec = createAvroCodec({ store: createInMemorySchemaStore() })
  await codec.register()
  const attempts: { table: TableName; lines: string }[] = []
  const commits: number[] = []
  const rejected: RejectedRecord[] = []
  const pauses: ('pause' | 'resume')[] = []
  const broken: unknown[] = []
  const retry = {
    schemaRetryMs: 20,
    retryMinMs: 1,
    onFailed: () => {
      lane.hold()
    },
  }
  const lane: PartitionLane = new PartitionLane({
    topic: 't',
    partition: 0,
    limits: {
      batchRowsMax: 100,
      batchBytesMax: 1e6,
      batchIntervalMs: 1,
      expiryDays: 45,
      ...options.limits,
    },
    reader: createRecordReader(codec, () => {}),
    onWaiting: () => {},
    writer: createBatchWriter({
      retry,
      tables: createTableWriter({
        ...retry,
        onInserted: () => {},
        async insert(table, bytes) {
          const lines = Buffer.from(bytes).toString()
          attempts.push({ table, lines })
          await options.insert?.(table, lines)
        },
      }),
      anchors: createAnchorResolver({
        findAnchorDays: async () => (options.anchor === undefined ? [] : [options.anchor]),
      }),
      async reject(records) {
        await options.reject?.()
        rejected.push(...records)
      },
    }),
    async commit({ offset }) {
      await options.commit?.()
      commits.push(offset)
    },
    pause: () => {
      pauses.push('pause')
    },
    resume: () => {
      pauses.push('resume')
    },
    onCommitFailed: () => {},
    onBroken: (error) => {
      broken.push(error)
    },
  })
  const add: LaneHarness['add'] = (offset, values) =>
    lane.add(toBatch(codec, offset, values), fresh)
  const addStale: LaneHarness['add'] = (offset, values) =>
    lane.add(toBatch(codec, offset, values), { ...fresh, isStale: () => true })
  return { lane, codec, attempts, commits, rejected, pauses, broken, add, addStale }
}

const fresh: BatchContext = { heartbeat: async () => {}, isStale: () => false }

function toBatch(
  codec: AvroCodec,
  offset: number,
  values: readonly (WireRecord | Uint8Array | null)[],
): RecordBatch {
  const nextOffset = offset + Math.max(1, values.length)
  return {
    topic: 't',
    partition: 0,
    fetchedOffset: offset,
    nextOffset,
    endOffset: nextOffset,
    records: values.map((value, index) => toRecord(offset + index, toBytes(codec, value))),
  }
}

function toBytes(codec: AvroCodec, value: WireRecord | Uint8Array | null): Uint8Array | null {
  if (value === null || value instanceof Uint8Array) return value
  return codec.encode(value.type, value.data)
}

function toRecord(offset: number, value: Uint8Array | null): KafkaRecord {
  return {
    offset,
    value,
    timestampMs: APPENDED_MS,
    key: null,
    keyText: () => null,
    valueText: () => null,
    header: () => null,
    headerText: () => null,
  }
}
