import { setTimeout as delay } from 'node:timers/promises'
import { type RejectedRecord } from '../ports/rejected-record.ts'
import { type BatchSources, type TableRows } from './pending-batch.ts'
import { type Inserted } from './sink-observer.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

export interface TableWriterOptions<Table extends string> extends RetryOptions<Table> {
  readonly insert: (table: Table, lines: Uint8Array) => Promise<void>
  readonly onInserted: (insert: Inserted<Table>) => void
  /** Waits before each further attempt with rows that the destination could not read. */
  readonly confirmAfterMs?: readonly number[]
}

export interface TableWriter<Table extends string> {
  /**
   * Resolves once every row is in the table, except those that can never be read there: these are
   * the result. A failed insert is repeated with the same rows until it succeeds, or `signal`
   * aborts and this throws.
   */
  write(
    batch: BatchSources,
    rows: TableRows<Table>,
    signal: AbortSignal,
  ): Promise<readonly RejectedRecord[]>
}

// Enough for a dozen bad rows in a full batch. If there are more, the table is wrong.
const BISECT_INSERTS_MAX = 400
const LATENCY_SAMPLES_MAX = 100
/**
 * A request that was cut on its way is answered as if its row could not be read. So a row is bad
 * only if it is refused alone, each time, with pauses in which the cause of cut requests may have
 * passed.
 */
const CONFIRM_AFTER_MS: readonly number[] = [1_000, 5_000]

/** Some neighbouring rows of the batch. */
interface Span {
  readonly from: number
  readonly to: number
}

interface Job<Table extends string> {
  readonly batch: BatchSources
  readonly rows: TableRows<Table>
  readonly signal: AbortSignal
}

export function createTableWriter<Table extends string>(
  options: TableWriterOptions<Table>,
): TableWriter<Table> {
  const { schemaRetryMs, onFailed } = options
  return {
    async write(batch, rows, signal) {
      for (;;) {
        const result = await writeAroundBadRows(options, { batch, rows, signal })
        if (result.isComplete) return result.rejected
        onFailed({
          table: rows.table,
          cause: 'broken_schema',
          error: result.error,
          retryInMs: schemaRetryMs,
        })
        await delay(schemaRetryMs, undefined, { signal })
      }
    },
  }
}

type WriteResult =
  | { readonly isComplete: true; readonly rejected: readonly RejectedRecord[] }
  | { readonly isComplete: false; readonly error: unknown }

/** Halves what can't be read until each bad row is alone; gives up if there are many. */
async function writeAroundBadRows<Table extends string>(
  options: TableWriterOptions<Table>,
  job: Job<Table>,
): Promise<WriteResult> {
  const suspects: RefusedRow[] = []
  const waiting: Span[] = [{ from: 0, to: job.rows.lines.count }]
  let error: unknown
  for (let inserts = 0; inserts < BISECT_INSERTS_MAX; inserts += 1) {
    const span = waiting.pop()
    if (span === undefined) break
    const problem = await insertUntilRead(options, job, span)
    if (problem === undefined) continue
    error = problem.error
    if (span.to - span.from > 1) waiting.push(...halvesOf(span))
    else suspects.push({ span, error })
  }
  if (waiting.length > 0) return { isComplete: false, error }
  const refused = await confirm(options, job, suspects)
  return {
    isComplete: true,
    rejected: refused.map((one) => toRejected(job, one.span, one.error)),
  }
}

/** A row that was refused alone. */
interface RefusedRow {
  readonly span: Span
  readonly error: unknown
}

/** Those that are refused every time. */
async function confirm<Table extends string>(
  options: TableWriterOptions<Table>,
  job: Job<Table>,
  suspects: readonly RefusedRow[],
): Promise<readonly RefusedRow[]> {
  let refused = suspects
  for (const waitMs of options.confirmAfterMs ?? CONFIRM_AFTER_MS) {
    if (refused.length === 0) break
    await delay(waitMs, undefined, { signal: job.signal })
    const again: RefusedRow[] = []
    for (const { span } of refused) {
      const problem = await insertUntilRead(options, job, span)
      if (problem !== undefined) again.push({ span, error: problem.error })
    }
    refused = again
  }
  return refused
}

/** The error if some row can't be read; waits until every other error has passed. */
function insertUntilRead<Table extends string>(
  { insert, onInserted, ...retry }: TableWriterOptions<Table>,
  { batch, rows, signal }: Job<Table>,
  { from, to }: Span,
): Promise<{ readonly error: unknown } | undefined> {
  const { table } = rows
  const lines = rows.lines.slice(from, to)
  return untilDone(retry, table, signal, async () => {
    try {
      await insert(table, lines)
    } catch (error) {
      // What failed may still be on its way.
      rows.lines.keep()
      throw error
    }
    onInserted({
      table,
      rowCount: to - from,
      byteCount: lines.length,
      receivedAtMs: sampleReceivedAt(batch, rows, { from, to }),
    })
  })
}

/** A histogram of every row would cost a tenth of the row itself. */
function sampleReceivedAt(
  batch: BatchSources,
  { sourceIndexes }: Pick<TableRows<string>, 'sourceIndexes'>,
  { from, to }: Span,
): number[] {
  const step = Math.max(1, Math.floor((to - from) / LATENCY_SAMPLES_MAX))
  const sample: number[] = []
  for (let index = from; index < to; index += step) {
    sample.push(batch.receivedAtMs(sourceIndexes[index] ?? 0))
  }
  return sample
}

function toRejected<Table extends string>(
  { batch, rows }: Job<Table>,
  { from }: Span,
  error: unknown,
): RejectedRecord {
  return {
    reason: 'sink_rejected',
    detail: `${rows.table}: ${String(error)}`,
    source: batch.sourceAt(rows.sourceIndexes[from] ?? 0),
  }
}

function halvesOf({ from, to }: Span): readonly Span[] {
  const middle = (from + to) >> 1
  return [
    { from: middle, to },
    { from, to: middle },
  ]
}
