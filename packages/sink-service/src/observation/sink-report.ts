import {
  type FailedAttempt,
  type Inserted,
  type RejectedRecord,
  type TopicPartition,
} from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type SinkMetrics } from './sink-metrics.ts'
import { createSinkStatus } from './sink-status.ts'

export type SinkLogger = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

export type SinkReport<Table extends string> = ReturnType<typeof createSinkReport<Table>>

/** Metrics, log and readiness of a sink, so that neither it nor the runner has any. */
export function createSinkReport<Table extends string>({
  metrics,
  logger,
}: {
  readonly metrics: SinkMetrics<Table>
  readonly logger: SinkLogger
}) {
  const status = createSinkStatus<Table>()
  return {
    problems: () => status.problems(),
    insertTook(table: Table, durationMs: number): void {
      metrics.insertDuration.observe({ table }, durationMs / 1_000)
    },
    inserted({ table, rowCount, byteCount, receivedAtMs }: Inserted<Table>): void {
      if (status.succeeded(table)) logger.info({ table }, 'rows come through again')
      metrics.stopped.set({ table }, 0)
      metrics.batchRows.observe({ table }, rowCount)
      metrics.batchBytes.observe({ table }, byteCount)
      const now = Date.now()
      const latency = metrics.rowLatency.labels({ table })
      for (const acceptedMs of receivedAtMs) latency.observe((now - acceptedMs) / 1_000)
    },
    failed(failure: FailedAttempt<Table>): void {
      const { table, cause, error, retryInMs } = failure
      metrics.failures.inc({ table, cause })
      if (cause === 'broken_schema') metrics.stopped.set({ table }, 1)
      if (!status.failed(failure)) return
      const fields = { table, cause, retryInMs, err: error }
      if (cause === 'broken_schema') logger.error(fields, 'the table cannot take rows: repair it')
      else logger.warn(fields, 'an insert failed')
    },
    rejected(from: TopicPartition, records: readonly RejectedRecord[]): void {
      for (const { reason, detail, source } of records) {
        metrics.deadLetters.inc({ reason })
        const { topic, partition } = from
        logger.warn({ topic, partition, offset: source.offset, reason, detail }, 'record rejected')
      }
    },
    letterWithoutRow(from: TopicPartition, { source, detail }: RejectedRecord): void {
      metrics.lettersWithoutRow.inc()
      const { topic, partition } = from
      logger.error({ topic, partition, offset: source.offset, detail }, 'dead letter has no row')
    },
    halted({ topic, partition }: TopicPartition, error: unknown): void {
      const runbook = 'docs/runbooks/halted-partition.md'
      logger.error({ topic, partition, err: error }, `partition halted: ${runbook}`)
    },
    commitFailed(from: TopicPartition, error: unknown): void {
      metrics.commitFailures.inc()
      logger.info({ ...from, err: error }, 'the position was not committed')
    },
  }
}
