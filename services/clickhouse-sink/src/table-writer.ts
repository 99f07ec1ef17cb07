import { setTimeout as delay } from 'node:timers/promises'
import { type TableName } from '@wabastream/clickhouse'
import { type SourceRecord, type TableRows } from './pending-batch.ts'
import { type RetryOptions, untilDone } from './until-done.ts'

export interface RejectedRow {
  readonly table: TableName
  readonly source: SourceRecord
  readonly error: unknown
}

export interface TableWriterOptions extends RetryOptions {
  readonly insert: (table: TableName, lines: readonly string[]) => Promise<void>
  readonly onInserted: (insert: { readonly rows: TableRows; readonly durationMs: number }) => void
}

export interface TableWriter {
  /**
   * Resolves once every row is in the table, but for those that the server can never read: they are
   * the result. A failed insert is repeated with the same rows until it succeeds, or `signal` aborts
   * and this throws.
   */
  write(rows: TableRows, signal: AbortSignal): Promise<readonly RejectedRow[]>
}

// Enough for a dozen bad rows in a full batch. If there are more, it is the table that is wrong.
const BISECT_INSERTS_MAX = 400

export function createTableWriter(options: TableWriterOptions): TableWriter {
  const { schemaRetryMs, onFailed } = options
  return {
    async write(rows, signal) {
      for (;;) {
        const result = await writeAroundBadRows(options, rows, signal)
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
  | { readonly isComplete: true; readonly rejected: readonly RejectedRow[] }
  | { readonly isComplete: false; readonly error: unknown }

/** Halves what the server can't read until each bad row stands alone; gives up when there are many. */
async function writeAroundBadRows(
  options: TableWriterOptions,
  rows: TableRows,
  signal: AbortSignal,
): Promise<WriteResult> {
  const rejected: RejectedRow[] = []
  const waiting = [rows]
  let error: unknown
  for (let inserts = 0; inserts < BISECT_INSERTS_MAX; inserts += 1) {
    const next = waiting.pop()
    if (next === undefined) return { isComplete: true, rejected }
    const problem = await insertUntilRead(options, next, signal)
    if (problem === undefined) continue
    error = problem.error
    const [source] = next.sources
    if (next.lines.length > 1) waiting.push(...halvesOf(next))
    else if (source !== undefined) rejected.push({ table: next.table, source, error })
  }
  return waiting.length === 0 ? { isComplete: true, rejected } : { isComplete: false, error }
}

/** The error when the server can't read some row; everything else is waited out. */
function insertUntilRead(
  options: TableWriterOptions,
  rows: TableRows,
  signal: AbortSignal,
): Promise<{ readonly error: unknown } | undefined> {
  return untilDone(options, rows.table, signal, async () => {
    const startedMs = performance.now()
    await options.insert(rows.table, rows.lines)
    options.onInserted({ rows, durationMs: performance.now() - startedMs })
  })
}

function halvesOf({ table, lines, sources }: TableRows): readonly TableRows[] {
  const middle = lines.length >> 1
  return [
    { table, lines: lines.slice(middle), sources: sources.slice(middle) },
    { table, lines: lines.slice(0, middle), sources: sources.slice(0, middle) },
  ]
}
