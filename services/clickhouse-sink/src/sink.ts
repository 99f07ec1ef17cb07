import {
  type ClickHouse,
  createClickHouseSink,
  type StoredRecord,
  type TableName,
} from '@wabastream/clickhouse'
import { databaseName, topicNames, type WireRecord } from '@wabastream/contracts'
import {
  createSinkRunner,
  type RecordReader,
  type RejectedRecord,
  type SendDeadLetters,
  type SinkRunner,
  type SinkRunnerOptions,
  type TopicPartition,
} from '@wabastream/processing'
import { type SinkReport } from './status/sink-report.ts'
import { readStoredRecords } from './stored-records.ts'

export interface SinkOptions extends Omit<
  SinkRunnerOptions<StoredRecord, TableName>,
  'sink' | 'observer' | 'reader' | 'reject'
> {
  /** Of any record; what has no table becomes a dead letter. */
  readonly reader: RecordReader<WireRecord>
  readonly generation: number
  readonly client: Pick<ClickHouse, 'insert' | 'query'>
  /** How long the timeline processor remembers a message without any event. */
  readonly expiryDays: number
  readonly sendDeadLetters: SendDeadLetters
  readonly report: SinkReport
}

/** Writes the records of one generation to its tables. */
export function createSink(options: SinkOptions): SinkRunner {
  const { generation, client, expiryDays, report } = options
  return createSinkRunner({
    ...options,
    observer: report,
    reader: readStoredRecords(options.reader),
    sink: createClickHouseSink({
      client,
      expiryDays,
      database: databaseName(generation),
      onResolved: (outcome) => {
        report.resolved(outcome)
      },
    }),
    reject: (from, records) => reject(options, from, records),
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
