import { type RejectedRecord } from '../ports/rejected-record.ts'
import { type PendingBatch } from './pending-batch.ts'
import { type InsertFailure } from './sink-port.ts'
import { type TableWriter } from './table-writer.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

export interface BatchWriter<Value, Table extends string> {
  /** Resolves once every record of the batch is rows or a dead letter. */
  write(batch: PendingBatch<Value, Table>, signal: AbortSignal): Promise<void>
}

export interface BatchWriterOptions<Table extends string> {
  readonly tables: TableWriter<Table>
  readonly retry: RetryOptions<Table>
  /** Resolves once the records are dead letters. */
  readonly reject: (records: readonly RejectedRecord[]) => Promise<void>
}

export function createBatchWriter<Value, Table extends string>(
  options: BatchWriterOptions<Table>,
): BatchWriter<Value, Table> {
  const { retry, tables, reject } = options
  return {
    async write(batch, signal) {
      await settle(retry, batch, signal)
      const results = await Promise.all(
        [...batch.tables.values()].map((rows) => tables.write(batch, rows, signal)),
      )
      const rejected = [...batch.rejected, ...results.flat()]
      if (rejected.length > 0) await reject(rejected)
    },
  }
}

async function settle<Value, Table extends string>(
  retry: RetryOptions<Table>,
  { unsettled }: PendingBatch<Value, Table>,
  signal: AbortSignal,
): Promise<void> {
  if (unsettled === undefined || unsettled.rowCount === 0) return
  // A question has no rows: if the answer is that some can't be read, the question was cut on its
  // way.
  const classify = (error: unknown): InsertFailure => {
    const cause = retry.classify(error)
    return cause === 'bad_rows' ? 'unavailable' : cause
  }
  let addLines = (): void => undefined
  await untilDone({ ...retry, classify }, unsettled.table, signal, async () => {
    addLines = await unsettled.settle()
  })
  addLines()
}
