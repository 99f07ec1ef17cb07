import {
  comparedHours,
  type DerivedData,
  hourMsOf,
  LIVE_EVENTS,
  timeOf,
  type TimeRange,
} from './hours-sql.ts'

export interface ActivityRow {
  readonly number: string
  readonly hourMs: number
  readonly events: number
  readonly sent: number
  readonly delivered: number
  readonly read: number
  readonly failed: number
  /** Events with a time of the provider that is in none of the outages. */
  readonly timed: number
  /** Median of the time from what they report to their receipt; null without any. */
  readonly delayMs: number | null
}

/**
 * What came of each number in the hour, and in those of four weeks that it is compared with. What
 * happened during an outage of ours could only come later, so it tells of no delay.
 */
export function readActivity(
  { client, database }: DerivedData,
  hourMs: number,
  outages: readonly TimeRange[],
): Promise<readonly ActivityRow[]> {
  const duringOutages = outages.map(
    ({ fromMs, toMs }) => `(event_at >= ${timeOf(fromMs)} AND event_at < ${timeOf(toMs)})`,
  )
  const isUntimed = ['event_at IS NULL', ...duringOutages].join(' OR ')
  const isStatus = (status: string): string =>
    `countIf(event_type = 'MessageStatusChanged' AND status = '${status}')`
  return client.query<ActivityRow>(`
    SELECT toString(number) AS number, ${hourMsOf('received_at')} AS hourMs, count() AS events,
      ${isStatus('sent')} AS sent, ${isStatus('delivered')} AS delivered,
      ${isStatus('read')} AS read, ${isStatus('failed')} AS failed,
      countIf(NOT ifNull(${isUntimed}, true)) AS timed,
      if(timed = 0, NULL, toInt64(quantileTDigestIf(0.5)(
        toUnixTimestamp64Milli(received_at) - toUnixTimestamp64Milli(ifNull(event_at, received_at)),
        NOT ifNull(${isUntimed}, true)))) AS delayMs
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
