import {
  type ReaderName,
  type RecordReadBy,
  topicNames,
  type WireRecord,
} from '@wabastream/contracts'
import {
  createSinkRunner,
  type RecordReader,
  type RejectedRecord,
  type SendDeadLetters,
  type SinkRunner,
  type SinkRunnerOptions,
  type TopicPartition,
} from '@wabastream/processing'
import { type SinkReport } from './observation/sink-report.ts'
import { readOwnRecords } from './read-own-records.ts'

export interface ReportedRunnerOptions<
  Service extends ReaderName,
  Table extends string,
> extends Omit<SinkRunnerOptions<RecordReadBy<Service>, Table>, 'observer' | 'reader' | 'reject'> {
  readonly service: Service
  /** Reads any record; one that belongs on none of the service's topics becomes a dead letter. */
  readonly reader: RecordReader<WireRecord>
  readonly generation: number
  readonly sendDeadLetters: SendDeadLetters
  readonly report: SinkReport<Table>
}

/** Writes the records of one generation to a sink, and reports how that goes. */
export function createReportedRunner<Service extends ReaderName, Table extends string>(
  options: ReportedRunnerOptions<Service, Table>,
): SinkRunner {
  const { generation, reader, report, sendDeadLetters, service } = options
  const { deadLetters } = topicNames(generation)
  return createSinkRunner({
    ...options,
    observer: report,
    reader: readOwnRecords(service, reader),
    async reject(from, records) {
      if (from.topic === deadLetters) {
        keepLetters(from, records, report)
        return
      }
      await sendDeadLetters(from, records)
      report.rejected(from, records)
    },
  })
}

/**
 * A letter that can't be a row stays in its topic, because a letter about it would not be one
 * either.
 */
function keepLetters(
  from: TopicPartition,
  records: readonly RejectedRecord[],
  report: Pick<SinkReport<never>, 'letterWithoutRow'>,
): void {
  for (const record of records) report.letterWithoutRow(from, record)
}
