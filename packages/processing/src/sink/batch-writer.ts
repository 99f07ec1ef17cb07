import { type RejectedRecord } from '../ports/rejected-record.ts'
import { type PendingBatch } from './pending-batch.ts'
import { type InsertFailure, type UnsettledRows } from './sink-port.ts'
import { type TableWriter } from './table-writer.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

export interface BatchWriter<Value, Table extends string> {
  /**
   * Takes the rows of these tables, or of all, out of the batch. Resolves once they are in their
   * tables, or can never be; records that can't are dead letters once no row of the batch is left.
   */
  write(
    batch: PendingBatch<Value, Table>,
    signal: AbortSignal,
    isWanted?: (table: Table) => boolean,
  ): Promise<void>
}

export interface BatchWriterOptions<Table extends string> {
  readonly tables: TableWriter<Table>
  /** Rows for the table may follow, until the result is called. */
  readonly announce?: (table: Table) => () => void
  readonly retry: RetryOptions<Table>
  /** Resolves once the records are dead letters. */
  readonly reject: (records: readonly RejectedRecord[]) => Promise<void>
}

export function createBatchWriter<Value, Table extends string>(
  options: BatchWriterOptions<Table>,
): BatchWriter<Value, Table> {
  const { tables, reject } = options
  return {
    async write(batch, signal, isWanted = () => true) {
      const writeRows = (isOne: (table: Table) => boolean): Promise<Rejected>[] =>
        batch.takeRows(isOne).map((rows) => tables.write(batch, rows, signal))
      const { unsettled } = batch
      const isAsked = unsettled !== undefined && isWanted(unsettled.table) && unsettled.rowCount > 0
      const results = await Promise.all([
        ...writeRows((table) => isWanted(table) && !(isAsked && table === unsettled.table)),
        ...(isAsked ? [writeSettled(options, { unsettled, signal, writeRows })] : []),
      ])
      batch.rejected.push(...results.flat())
      // Right before the position is committed: whoever reads the batch again sends them again.
      if (batch.rowCount > 0 || batch.rejected.length === 0) return
      await reject(batch.rejected.splice(0))
    },
  }
}

type Rejected = readonly RejectedRecord[]

/** Others leave with these rows, so their insert is told that they follow. */
async function writeSettled<Table extends string>(
  { announce, retry }: BatchWriterOptions<Table>,
  {
    signal,
    unsettled,
    writeRows,
  }: {
    readonly unsettled: UnsettledRows<Table>
    readonly signal: AbortSignal
    readonly writeRows: (isOne: (table: Table) => boolean) => Promise<Rejected>[]
  },
): Promise<Rejected> {
  const arrived = announce?.(unsettled.table)
  // A question has no rows: if the answer is that some can't be read, the question was cut on its
  // way.
  const classify = (error: unknown): InsertFailure => {
    const cause = retry.classify(error)
    return cause === 'bad_rows' ? 'unavailable' : cause
  }
  // Nobody waits for what has to be asked again.
  const onFailed: typeof retry.onFailed = (failure) => {
    arrived?.()
    retry.onFailed(failure)
  }
  try {
    let addLines = (): void => undefined
    await untilDone({ ...retry, classify, onFailed }, unsettled.table, signal, async () => {
      addLines = await unsettled.settle()
    })
    addLines()
    const writes = writeRows((table) => table === unsettled.table)
    arrived?.()
    return (await Promise.all(writes)).flat()
  } finally {
    arrived?.()
  }
}
