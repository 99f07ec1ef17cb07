import { type TopicPartition } from '../ports/record.ts'
import { type InsertFailure } from './sink-port.ts'

/** Rows that are in their table now. */
export interface Inserted<Table extends string> {
  readonly table: Table
  readonly rowCount: number
  readonly byteCount: number
  /** When the webhooks of some rows, evenly spread, were accepted. */
  readonly receivedAtMs: readonly number[]
}

export interface FailedAttempt<Table extends string> {
  readonly table: Table
  readonly cause: InsertFailure
  readonly error: unknown
  /** The rows around a bad one are tried without waiting. */
  readonly retryInMs: number
}

/**
 * What the runner reports while it works, so that neither the runner nor the sink counts or logs.
 */
export interface SinkObserver<Table extends string> {
  /** An insert succeeded; it may have carried batches of several partitions. */
  insertTook(table: Table, durationMs: number): void
  /** The rows of one batch, or a part of them, are in their table. */
  inserted(insert: Inserted<Table>): void
  /** An insert or a look-up failed, and is repeated or split. */
  failed(failure: FailedAttempt<Table>): void
  /** A position was not committed; it is committed with the next batch. */
  commitFailed(from: TopicPartition, error: unknown): void
}
