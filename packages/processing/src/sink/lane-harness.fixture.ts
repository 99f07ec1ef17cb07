import { setTimeout as delay } from 'node:timers/promises'
import { type BatchContext } from '../ports/ports.ts'
import { type KafkaRecord, type RecordBatch } from '../ports/record.ts'
import { type RejectedRecord } from '../ports/rejected-record.ts'
import { createBatchWriter } from './batch-writer.ts'
import { createDepartures, type GatherTimes } from './departures.ts'
import { createTableWriter } from './table-writer.ts'
import { PartitionLane } from './partition-lane.ts'
import { type LaneLimits } from './pending-batch.ts'
import { type RecordReader } from './record-reader.ts'
import { type PartitionStart } from './sink-port.ts'
import { textPartition } from './text-sink.fixture.ts'

export interface LaneHarness {
  readonly lane: PartitionLane<string, string>
  /** How the partition was opened. */
  readonly opened: PartitionStart[]
  /** Each insert that was tried: the table and its lines. */
  readonly attempts: { readonly table: string; readonly lines: string }[]
  readonly commits: number[]
  readonly rejected: RejectedRecord[]
  readonly pauses: ('pause' | 'resume')[]
  readonly broken: unknown[]
  /** With what the traces of each batch ended. */
  readonly ended: unknown[]
  /** Takes the records as the batch that begins at `offset`. */
  add(offset: number, values: readonly (string | null)[]): Promise<void>
  /** The same, of a partition that was taken away. */
  addStale: LaneHarness['add']
}

export interface LaneHarnessOptions {
  readonly limits?: Partial<LaneLimits>
  readonly gather?: GatherTimes
  readonly isPatient?: (table: string) => boolean
  readonly insert?: (table: string, lines: string) => Promise<void>
  readonly commit?: () => Promise<void>
  readonly reject?: () => Promise<void>
}

export const UNREADABLE = 'no record'

/** A lane with everything real but Kafka, the codec and the destination. */
export function createLaneHarness(options: LaneHarnessOptions = {}): LaneHarness {
  const opened: PartitionStart[] = []
  const attempts: { table: string; lines: string }[] = []
  const commits: number[] = []
  const rejected: RejectedRecord[] = []
  const pauses: ('pause' | 'resume')[] = []
  const broken: unknown[] = []
  const ended: unknown[] = []
  const retry = {
    schemaRetryMs: 20,
    retryMinMs: 1,
    classify: () => 'unavailable' as const,
    onFailed: () => {
      lane.hold()
    },
  }
  const lane: PartitionLane<string, string> = new PartitionLane({
    topic: 't',
    partition: 0,
    limits: { batchRowsMax: 100, batchBytesMax: 1e6, ...options.limits },
    isPatient: options.isPatient,
    departures: createDepartures(options.gather ?? { promptMs: 1 }),
    reader,
    sink: {
      openPartition(start) {
        opened.push(start)
        return textPartition
      },
    },
    onWaiting: () => {},
    writer: createBatchWriter({
      retry,
      tables: createTableWriter<string>({
        ...retry,
        onInserted: () => {},
        async insert(table, bytes) {
          const lines = Buffer.from(bytes).toString()
          attempts.push({ table, lines })
          await options.insert?.(table, lines)
        },
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
    beginTraces: () => ({
      traceparentOf: () => undefined,
      end: (error) => ended.push(error),
    }),
    onBroken: (error) => {
      broken.push(error)
    },
  })
  const add: LaneHarness['add'] = (offset, values) => lane.add(toBatch(offset, values), fresh)
  const addStale: LaneHarness['add'] = (offset, values) =>
    lane.add(toBatch(offset, values), { ...fresh, isStale: () => true })
  return { lane, opened, attempts, commits, rejected, pauses, broken, ended, add, addStale }
}

const POLL_MS = 5
const DEADLINE_MS = 10_000

export async function until(what: string, check: () => boolean): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`not within ${DEADLINE_MS} ms: ${what}`)
    await delay(POLL_MS)
  }
}

const fresh: BatchContext = { heartbeat: async () => {}, isStale: () => false }

const reader: RecordReader<string> = {
  read(value) {
    const record = Buffer.from(value).toString()
    if (record === UNREADABLE) return { kind: 'rejected', error: new Error('not readable') }
    return { kind: 'record', record }
  },
  prepare: async () => undefined,
}

function toBatch(offset: number, values: readonly (string | null)[]): RecordBatch {
  const nextOffset = offset + Math.max(1, values.length)
  return {
    topic: 't',
    partition: 0,
    fetchedOffset: offset,
    nextOffset,
    endOffset: nextOffset,
    records: values.map((value, index) => toRecord(offset + index, value)),
  }
}

function toRecord(offset: number, text: string | null): KafkaRecord {
  return {
    offset,
    value: text === null ? null : Buffer.from(text),
    timestampMs: 1_700_000_000_000,
    key: null,
    keyText: () => null,
    valueText: () => text,
    header: () => null,
    headerText: () => null,
  }
}
