import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** The cache of conditions would answer a query that is asked again, so it is off. */
const SETTINGS = {
  use_query_condition_cache: '0',
  default_format: 'JSON',
  output_format_json_quote_64bit_integers: '0',
  max_query_size: '16777216',
  // As the profile of analysts' users has it (deploy/clickhouse/users.sql).
  max_memory_usage: '8000000000',
}
/** A query that takes longer is run once: its time is no matter of chance. */
export const ONCE_MS = 10_000
/** One that takes longer needs so much memory that what threads do not count is nothing. */
const EXACT_MS_MAX = 1_000
/** What a thread may hold before it counts. */
const UNCOUNTED_BYTES = 65_536
const HOLD_LEAD_MS = 20
const HOLD_BESIDE_SECONDS = 30
const FAILURE_CHARACTERS_MAX = 300

const answerSchema = z.object({
  rows: z.number(),
  statistics: z.object({ rows_read: z.number(), bytes_read: z.number() }),
  data: z.array(z.record(z.string(), z.unknown())),
})

/** What one query took. */
export interface Measurement {
  /** Median of the runs, at the client: parsing and planning included. */
  readonly ms: number
  readonly rowsRead: number
  readonly bytesRead: number
  readonly peakBytes: number
  readonly rowsFound: number
  /** Why there was no answer; then all else is what it took until then. */
  readonly failure?: string
}

export interface MeasureOptions {
  readonly url: string
  /** Times that a query is run. */
  readonly runs: number
  /** After so many seconds a query is given up. */
  readonly secondsMax: number
}

/**
 * Runs a query some times. What the engine refuses, for want of memory or time or because it can't
 * be read, is a failure.
 */
export function measure(sql: string, options: MeasureOptions): Promise<Measurement> {
  return keepingPeaks(options, async (readUsage) => {
    const before = await readUsage()
    const startedMs = performance.now()
    try {
      return await measureRuns(sql, options, readUsage)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      const after = await readUsage()
      return {
        ms: performance.now() - startedMs,
        rowsRead: after.rowsRead - before.rowsRead,
        bytesRead: after.bytesRead - before.bytesRead,
        peakBytes: after.peakBytes,
        rowsFound: 0,
        failure: error.message,
      }
    }
  })
}

class RefusedError extends Error {
  readonly code = 'query_refused'
}

async function measureRuns(
  sql: string,
  { runs, secondsMax, url }: MeasureOptions,
  readUsage: () => Promise<Usage>,
): Promise<Measurement> {
  const limits = { max_execution_time: String(secondsMax) }
  const times: number[] = []
  let last = await ask(url, sql, limits)
  times.push(last.ms)
  while (times.length < runs && last.ms < ONCE_MS) {
    last = await ask(url, sql, limits)
    times.push(last.ms)
  }
  const ms = median(times)
  const exact = { max_untracked_memory: String(UNCOUNTED_BYTES) }
  if (ms <= EXACT_MS_MAX) await ask(url, sql, exact)
  const { peakBytes } = await readUsage()
  const { rows, statistics } = last.answer
  return {
    ms,
    rowsRead: statistics.rows_read,
    bytesRead: statistics.bytes_read,
    peakBytes,
    rowsFound: rows,
  }
}

/** Of an even number of values the upper one. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}

/** What the engine's user took, of memory since other queries ran. */
interface Usage {
  readonly rowsRead: number
  readonly bytesRead: number
  readonly peakBytes: number
}

const USAGE = `
  SELECT sum(ProfileEvents['SelectedRows']) AS rows, sum(ProfileEvents['SelectedBytes']) AS bytes,
    max(peak_memory_usage) AS peak
  FROM system.user_processes`

/**
 * The engine knows the peak of a user's memory, and forgets it when the last query ends: another
 * one, which does nothing, keeps it.
 */
async function keepingPeaks<Result>(
  { runs, secondsMax, url }: MeasureOptions,
  work: (readUsage: () => Promise<Usage>) => Promise<Result>,
): Promise<Result> {
  // It ends by itself where nobody is left to kill it.
  const seconds = secondsMax + (runs * ONCE_MS) / 1_000 + HOLD_BESIDE_SECONDS
  const held = ask(
    url,
    `SELECT sleepEachRow(0.1) AS held FROM numbers(${Math.ceil(10 * seconds)})
     SETTINGS max_block_size = 1`,
  ).catch(() => undefined)
  await delay(HOLD_LEAD_MS)
  try {
    return await work(async () => {
      const [row] = (await ask(url, USAGE)).answer.data
      return {
        rowsRead: Number(row?.['rows']),
        bytesRead: Number(row?.['bytes']),
        peakBytes: Number(row?.['peak']),
      }
    })
  } finally {
    await send(url, "KILL QUERY WHERE query LIKE 'SELECT sleepEachRow%' SYNC")
    await held
  }
}

async function ask(
  url: string,
  sql: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly ms: number; readonly answer: z.output<typeof answerSchema> }> {
  const startedMs = performance.now()
  const text = await send(url, sql, settings)
  const ms = performance.now() - startedMs
  return { ms, answer: answerSchema.parse(JSON.parse(text)) }
}

async function send(
  url: string,
  sql: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const parameters = new URLSearchParams({ ...SETTINGS, ...settings })
  const response = await fetch(`${url}/?${parameters.toString()}`, { method: 'POST', body: sql })
  const text = await response.text()
  if (!response.ok) throw new RefusedError(text.trim().slice(0, FAILURE_CHARACTERS_MAX))
  return text
}
