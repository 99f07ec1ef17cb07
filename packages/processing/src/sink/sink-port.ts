import { PortError } from '../ports/port-error.ts'
import { type TopicPartition } from '../ports/record.ts'
import { type SourceRecord } from '../ports/rejected-record.ts'

/**
 * `bad_rows`: the destination can't read some row, and never will. `broken_schema`: no row of the
 * batch can be written until a person repairs the tables or the rights. `unavailable`: everything
 * else, including unknown errors, because waiting loses nothing and dropping would.
 */
export const insertFailures = ['bad_rows', 'broken_schema', 'unavailable'] as const
export type InsertFailure = (typeof insertFailures)[number]

/** The code of an error that has one of these; `unavailable` for any other error. */
export function toInsertFailure(error: unknown): InsertFailure {
  const code = error instanceof PortError ? error.code : undefined
  return insertFailures.find((failure) => failure === code) ?? 'unavailable'
}

/**
 * Where the records of some topics end up: a database, an application, a file. A sink makes rows
 * and writes them; the runner decides when they are written, repeated, halved and committed. Every
 * sink passes `sinkCases` of `@wabastream/testing`.
 *
 * `Value` is a record as the reader returns it. `Table` names where rows of one kind go: a closed
 * set, because it labels metrics.
 */
export interface Sink<Value, Table extends string> {
  /**
   * Called once for each assigned partition, before its first batch. The result serves the
   * partition until it is taken away.
   */
  openPartition(start: PartitionStart): SinkPartition<Value, Table>

  /**
   * Writes rows to a table, and resolves once they are durable. Each piece holds whole lines, each
   * with its line feed; the pieces may come from several partitions, and their memory is used for
   * other rows once it resolves. Rejects with an error that
   * `classify` is asked about, whether or not some of the rows were written. The same rows come
   * again after a failure or a restart, grouped differently, so readers of the table must be able
   * to see each row once. Calls for one table come one after another; calls for different tables
   * overlap.
   */
  insert(table: Table, pieces: readonly Uint8Array[]): Promise<void>

  /**
   * What an error of `insert` or `settle` means: `unavailable` for an error that it does not know.
   * `toInsertFailure` does, if the errors are PortErrors with these codes.
   */
  classify(error: unknown): InsertFailure
}

export interface PartitionStart extends TopicPartition {
  /** True if the partition has no records before the first one that is read. */
  readonly isFromStart: boolean
}

export interface SinkPartition<Value, Table extends string> {
  /** Begins a batch of rows, added to `lines`. The batch before may still be on its way. */
  beginBatch(lines: LineBuffer<Table>): RowBatch<Value, Table>
}

export interface LineBuffer<Table extends string> {
  /** Adds one row: text without a line feed, and the `sourceIndex` of the record it comes from. */
  addLine(table: Table, line: string, sourceIndex: number): void
}

export interface RowBatch<Value, Table extends string> {
  /**
   * Adds the rows of one record, in the order of the partition; a record may have none. What it
   * throws is a bug. The value of `source` is valid only during the call.
   */
  add(value: Value, source: SourceRecord, sourceIndex: number): void

  /** For a sink that must ask its destination before some rows are lines. */
  readonly unsettled?: UnsettledRows<Table>
}

export interface UnsettledRows<Table extends string> {
  /** The table that the rows will go to. */
  readonly table: Table

  /** Rows that are not lines yet; they count among the rows of the batch. */
  readonly rowCount: number

  /**
   * Asks, and is called again if it rejects; it must not have added a line then. The function that
   * it resolves with adds a line for each row, so that `rowCount` is 0 afterwards; if that throws,
   * it is a bug, and it is not tried again. Called once the rows that the batch before has for the
   * table are written.
   */
  settle(): Promise<() => void>
}
