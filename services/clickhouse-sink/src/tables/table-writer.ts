import { setTimeout as delay } from 'node:timers/promises'
import { type TableName } from '@wabastream/clickhouse'
import { type PendingBatch, type RejectedRecord, type TableRows } from '../lane/pending-batch.ts'
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
  /** Waits before each further attempt with rows that the server could not read. */
  readonly confirmAfterMs?: readonly number[]
}

export interface TableWriter {
  /**
   * Resolves once every row is in the table, but for those that the server can never read: they are
   * the result. A failed insert is repeated with the same rows until it succeeds, or `signal`
   * aborts and this throws.
   */
  write(
    batch: PendingBatch,
    rows: TableRows,
    signal: AbortSignal,
  ): Promise<readonly RejectedRecord[]>
}

// Enough for a dozen bad rows in a full batch. If there are more, it is the table that is wrong.
const BISECT_INSERTS_MAX = 400
const LATENCY_SAMPLES_MAX = 100
/**
 * A request that was cut on its way is answered as if its row could not be read. So a row is bad
 * only if it is refused each time, alone, and when what cuts requests may have passed.
 */
const CONFIRM_AFTER_MS: readonly number[] = [1_000, 5_000]

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

/** Halves what the server can't read until each bad row stands alone; gives up on many. */
async function writeAroundBadRows(options: TableWriterOptions, job: Job): Promise<WriteResult> {
  const suspects: Refused[] = []
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
interface Refused {
  readonly span: Span
  readonly error: unknown
}

/** Those that are refused every time. */
async function confirm(
  options: TableWriterOptions,
  job: Job,
  suspects: readonly Refused[],
): Promise<readonly Refused[]> {
  let refused = suspects
  for (const waitMs of options.confirmAfterMs ?? CONFIRM_AFTER_MS) {
    if (refused.length === 0) break
    await delay(waitMs, undefined, { signal: job.signal })
    const again: Refused[] = []
    for (const { span } of refused) {
      const problem = await insertUntilRead(options, job, span)
      if (problem !== undefined) again.push({ span, error: problem.error })
    }
    refused = again
  }
  return refused
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
      table,
      rowCount: to - from,
      byteCount: lines.length,
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
  return [
    { from: middle, to },
    { from, to: middle },
  ]
}
