import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

/** The cache of conditions would answer a query that is asked again, so it is off. */
const SETTINGS = {
  use_query_condition_cache: '0',
  default_format: 'JSON',
  output_format_json_quote_64bit_integers: '0',
  max_query_size: '16777216',
}
/** The engine forgets a user's peak when the last query ends: another one keeps it. */
const HOLD_SECONDS_MIN = 0.3
const HOLD_FACTOR = 2
const HOLD_LEAD_MS = 20
const HOLD_TRIES_MAX = 4
/** What a thread may hold before it counts. */
const UNCOUNTED_BYTES = 65_536

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
}

/** Runs a query `runs` times for its time, and once more for its memory. */
export async function measure(url: string, sql: string, runs: number): Promise<Measurement> {
  const times: number[] = []
  let last = await ask(url, sql)
  times.push(last.ms)
  while (times.length < runs) {
    last = await ask(url, sql)
    times.push(last.ms)
  }
  const { answer } = last
  const ms = median(times)
  return {
    ms,
    rowsRead: answer.statistics.rows_read,
    bytesRead: answer.statistics.bytes_read,
    rowsFound: answer.rows,
    peakBytes: await measurePeak(url, sql, Math.max(...times)),
  }
}

/** Of an even number of values the upper one. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN
}

async function measurePeak(url: string, sql: string, expectedMs: number): Promise<number> {
  let seconds = HOLD_SECONDS_MIN + (HOLD_FACTOR * expectedMs) / 1_000
  for (let tries = 0; tries < HOLD_TRIES_MAX; tries += 1) {
    const held = ask(url, `SELECT sleepEachRow(${seconds.toFixed(2)})`, {
      function_sleep_max_microseconds_per_block: '3600000000',
    })
    await delay(HOLD_LEAD_MS)
    await ask(url, sql, { max_untracked_memory: String(UNCOUNTED_BYTES) })
    const { answer } = await ask(
      url,
      "SELECT max(peak_memory_usage) AS peak FROM system.user_processes WHERE user != ''",
    )
    const isHeld = await Promise.race([held.then(() => false), delay(0).then(() => true)])
    await held
    if (isHeld) return Number(answer.data[0]?.['peak'])
    seconds *= HOLD_FACTOR
  }
  throw new Error(`this query never took as long as before:\n${sql}`)
}

async function ask(
  url: string,
  sql: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ readonly ms: number; readonly answer: z.output<typeof answerSchema> }> {
  const parameters = new URLSearchParams({ ...SETTINGS, ...settings })
  const startedMs = performance.now()
  const response = await fetch(`${url}/?${parameters.toString()}`, { method: 'POST', body: sql })
  const text = await response.text()
  const ms = performance.now() - startedMs
  if (!response.ok) throw new Error(`${text.slice(0, 500)}\n${sql}`)
  return { ms, answer: answerSchema.parse(JSON.parse(text)) }
}
