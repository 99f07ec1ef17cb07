import { setTimeout as delay } from 'node:timers/promises'
import { type TableName } from '@wabastream/clickhouse'
import { type PendingBatch, type RejectedRecord, type TableRows } from './pending-batch.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

/** Rows that are in their table now. */
export interface Inserted {
  readonly table: TableName
  readonly rowCount: number
  readonly byteCount: number
  /** When the webhooks of some rows, evenly spread, were accepted. */
  readonly receivedAtMs: readonly number[]
}

export interface TableWriterOptions extends RetryOptions {
  readonly insert: (table: TableName, lines: Uint8Array) => Promise<void>
  readonly onInserted: (insert: Inserted) => void
}

export interface TableWriter {
  /**
   * Resolves once every row is in the table, but for those that the server can never read: they are
   * the result. A failed insert is repeated with the same rows until it succeeds, or `signal`
   * aborts and this throws.
   */
  write(
    batch: PendingBatch, rows: TableRows, signal: AbortSignal,
  ): Promise<readonly RejectedRecord[]>
}

// Enough for a dozen bad rows in a full batch. If there are more, it is the table that is wrong.
const BISECT_INSERTS_MAX = 400
const LATENCY_SAMPLES_MAX = 100

/** Some rows of the batch, neighbours. */
interface Span {
  readonly from: number
  readonly to: number
}

interface Job {
  readonly batch: PendingBatch
  readonly rows: TableRows
  readonly signal: AbortSignal
}

export function createTableWriter(options: TableWriterOptions): TableWriter {
  const { schemaRetryMs, onFailed } = options
  return {
    async write(batch, rows, signal) {
      for (;;) {
        const result = await writeAroundBadRows(options, { batch, rows, signal })
        if (result.isComplete) return result.rejected
        onFailed({
          table: rows.table, cause: 'broken_schema', error: result.error, retryInMs: schemaRetryMs,
        })
        await delay(schemaRetryMs, undefined, { signal })
      }
    },
  }
}

type WriteResult =
  | { readonly isComplete: true; readonly rejected: readonly RejectedRecord[] }
  | { readonly isComplete: false; readonly error: unknown }

/** Halves what the server can't read until each bad row stands alone; gives up on many. */
async function writeAroundBadRows(options: TableWriterOptions, job: Job): Promise<WriteResult> {
  const rejected: RejectedRecord[] = []
  const waiting: Span[] = [{ from: 0, to: job.rows.lines.count }]
  let error: unknown
  for (let inserts = 0; inserts < BISECT_INSERTS_MAX; inserts += 1) {
    const span = waiting.pop()
    if (span === undefined) break
    const problem = await insertUntilRead(options, job, span)
    if (problem === undefined) continue
    error = problem.error
    if (span.to - span.from > 1) waiting.push(...halvesOf(span))
    else rejected.push(toRejected(job, span, error))
  }
  return waiting.length === 0 ? { isComplete: true, rejected } : { isComplete: false, error }
}

/** The error when the server can't read some row; everything else is waited out. */
function insertUntilRead(
  { insert, onInserted, ...retry }: TableWriterOptions,
  { batch, rows, signal }: Job,
  { from, to }: Span,
): Promise<{ readonly error: unknown } | undefined> {
  const { table } = rows
  const lines = rows.lines.slice(from, to)
  return untilDone(retry, table, signal, async () => {
    await insert(table, lines)
    onInserted({
      table, rowCount: to - from, byteCount: lines.length,
      receivedAtMs: sampleReceivedAt(batch, rows, { from, to }),
    })
  })
}

/** A histogram of every row would cost a tenth of the row itself. */
function sampleReceivedAt(batch: PendingBatch, rows: TableRows, { from, to }: Span): number[] {
  const step = Math.max(1, Math.floor((to - from) / LATENCY_SAMPLES_MAX))
  const sample: number[] = []
  for (let index = from; index < to; index += step) {
    sample.push(batch.receivedAtMs(rows.sourceIndexes[index] ?? 0))
  }
  return sample
}

function toRejected({ batch, rows }: Job, { from }: Span, error: unknown): RejectedRecord {
  return {
    reason: 'sink_rejected',
    detail: `${rows.table}: ${String(error)}`,
    source: batch.sourceAt(rows.sourceIndexes[from] ?? 0),
  }
}

function halvesOf({ from, to }: Span): readonly Span[] {
  const middle = (from + to) >> 1
  return [{ from: middle, to }, { from, to: middle }]
}
