import { CANARY_NUMBER } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { comparedHours, hourMsOf, LIVE_EVENTS, timeOf } from './hours-sql.ts'

export interface DerivedData {
  readonly client: Pick<ClickHouse, 'query'>
  /** Of the generation. */
  readonly database: string
}

export interface ActivityRow {
  readonly number: string
  readonly hourMs: number
  readonly events: number
  readonly sent: number
  readonly delivered: number
  readonly read: number
  readonly failed: number
  /** Events with a time of the provider. */
  readonly timed: number
  /** Median of the time from what they report to their receipt; null without any. */
  readonly delayMs: number | null
}

/** What came of each number in the hour, and in those of four weeks that it is compared with. */
export function readActivity(
  { client, database }: DerivedData,
  hourMs: number,
): Promise<readonly ActivityRow[]> {
  const isStatus = (status: string): string =>
    `countIf(event_type = 'MessageStatusChanged' AND status = '${status}')`
  return client.query<ActivityRow>(`
    SELECT toString(number) AS number, ${hourMsOf('received_at')} AS hourMs, count() AS events,
      ${isStatus('sent')} AS sent, ${isStatus('delivered')} AS delivered,
      ${isStatus('read')} AS read, ${isStatus('failed')} AS failed,
      count(event_at) AS timed,
      if(timed = 0, NULL, toInt64(quantileTDigestIf(0.5)(
        toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(ifNull(event_at, received_at)),
        event_at IS NOT NULL))) AS delayMs
    FROM ${database}.message_events FINAL
    WHERE (${comparedHours('received_at', hourMs)}) AND ${LIVE_EVENTS}
    GROUP BY number, hourMs`)
}

export interface FailedRow {
  readonly number: string
  readonly hourMs: number
  readonly code: number
  readonly failed: number
  /** Messages of the number that were sent or failed within the hour; 0 for former weeks. */
  readonly messages: number
}

/** Messages that failed, by code, in the same hours. */
export function readFailedHours(
  { client, database }: DerivedData,
  hourMs: number,
): Promise<readonly FailedRow[]> {
  const statuses = `${database}.message_events
      WHERE event_type = 'MessageStatusChanged' AND ${LIVE_EVENTS}`
  return client.query<FailedRow>(`
    SELECT toString(f.number) AS number, f.hour_ms AS hourMs, f.code AS code, f.failed AS failed,
      ifNull(m.messages, 0) AS messages
    FROM (
      SELECT number, ${hourMsOf('received_at')} AS hour_ms, arrayJoin(error_codes) AS code,
        uniqExact(message_id, participant) AS failed
      FROM ${statuses} AND status = 'failed' AND notEmpty(error_codes)
        AND (${comparedHours('received_at', hourMs)})
      GROUP BY number, hour_ms, code
    ) AS f
    LEFT ANY JOIN (
      SELECT number, ${hourMsOf('received_at')} AS hour_ms,
        uniqExact(message_id, participant) AS messages
      FROM ${statuses} AND status IN ('sent', 'failed') AND received_at >= ${timeOf(hourMs)}
        AND received_at < ${timeOf(hourMs)} + INTERVAL 1 HOUR
      GROUP BY number, hour_ms
    ) AS m ON m.number = f.number AND m.hour_ms = f.hour_ms`)
}

/** How far the rows have come. */
export interface Progress {
  /** When the newest event that is a row was received; 0 if none of the last day is. */
  readonly newestMs: number
  /** Whether the canary sang in the last day. */
  readonly hasCanary: boolean
}

export async function readProgress(
  { client, database }: DerivedData,
  atMs: number,
): Promise<Progress> {
  const [row] = await client.query<{ readonly newestMs: number; readonly canaries: number }>(`
    SELECT toUnixTimestamp64Milli(max(received_at)) AS newestMs,
      countIf(number = '${CANARY_NUMBER}') AS canaries
    FROM ${database}.message_events
    WHERE received_at >= ${timeOf(atMs)} - INTERVAL 1 DAY`)
  return { newestMs: row?.newestMs ?? 0, hasCanary: (row?.canaries ?? 0) > 0 }
}
