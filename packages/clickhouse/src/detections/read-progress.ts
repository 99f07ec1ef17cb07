import { CANARY_NUMBER } from '@wabastream/contracts'
import { type DerivedData, RECEIVED, timeOf, type TimeRange } from './hours-sql.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Clocks of ingestors may be as much ahead of ours; what is later is no progress. */
const AHEAD_MS = 60_000
/** Where nothing came lately, it is looked for over so long: a weekend, and a day more. */
const LOOKED_FOR_MS = 3 * DAY_MS
/** A question about a lot of time is asked only where little came. */
const LATELY_MS = 2 * HOUR_MS

/** How far the rows have come. */
export interface Progress {
  /** When the newest event that is a row was received; 0 if none of the last days is. */
  readonly newestMs: number
  /** Whether the canary sang in the last days. */
  readonly hasCanary: boolean
  /** The server's clock. */
  readonly serverMs: number
}

/** Reads how far the rows have come by then, our clock being theirs to within a minute. */
export async function readProgress(data: DerivedData, atMs: number): Promise<Progress> {
  const lately = await readNewest(data, atMs - LATELY_MS, atMs)
  const rows = lately.newestMs === 0 ? await readNewest(data, atMs - LOOKED_FOR_MS, atMs) : lately
  const canaries = await readCanaryTimes(data, { fromMs: atMs - LOOKED_FOR_MS, toMs: atMs })
  return { ...rows, hasCanary: canaries.length > 0 }
}

async function readNewest(
  { client, database }: DerivedData,
  fromMs: number,
  atMs: number,
): Promise<Pick<Progress, 'newestMs' | 'serverMs'>> {
  const [row] = await client.query<Pick<Progress, 'newestMs' | 'serverMs'>>(`
    SELECT toUnixTimestamp64Milli(max(received_at)) AS newestMs,
      toUnixTimestamp64Milli(now64(3)) AS serverMs
    FROM ${database}.message_events
    WHERE received_at >= ${timeOf(fromMs)} AND received_at < ${timeOf(atMs + AHEAD_MS)}
      AND ${RECEIVED}`)
  return row ?? { newestMs: 0, serverMs: atMs }
}

/** When webhooks of the canary were received, in order. */
export async function readCanaryTimes(
  { client, database }: DerivedData,
  { fromMs, toMs }: TimeRange,
): Promise<readonly number[]> {
  const rows = await client.query<{ readonly ms: number }>(`
    SELECT DISTINCT toUnixTimestamp64Milli(received_at) AS ms FROM ${database}.message_events
    WHERE number = '${CANARY_NUMBER}' AND message_id != '' AND empty(error_codes)
      AND received_at >= ${timeOf(fromMs)} AND received_at < ${timeOf(toMs)}
    ORDER BY ms`)
  return rows.map(({ ms }) => ms)
}

/** Those of the ranges within which nothing was received of any number; their ends do not count. */
export async function findEmptyRanges(
  { client, database }: DerivedData,
  ranges: readonly TimeRange[],
): Promise<readonly TimeRange[]> {
  if (ranges.length === 0) return []
  const within = ranges.map(
    ({ fromMs, toMs }) => `received_at > ${timeOf(fromMs)} AND received_at < ${timeOf(toMs)}`,
  )
  const [row] = await client.query<{ readonly counts: readonly number[] }>(`
    SELECT [${within.map((one) => `countIf(${one})`).join(', ')}] AS counts
    FROM ${database}.message_events
    WHERE (${within.map((one) => `(${one})`).join(' OR ')}) AND ${RECEIVED}`)
  return ranges.filter((_, index) => row?.counts[index] === 0)
}
