import { notCanary } from '../views/view-definition.ts'
import { timeOf } from './hours-sql.ts'
import { type DerivedData } from './read-activity.ts'

export interface SentHourRow {
  readonly number: string
  readonly hourMs: number
  readonly usualMs: number
  readonly messages: number
  readonly late: number
}

/** Nearly all deliveries that come at all come within this time. */
const USUAL_QUANTILE = 0.95
const USUAL_MS_MIN = 5 * 60_000
const USUAL_MS_MAX = 6 * 3_600_000
const DAYS = 8

/** A read proves a delivery that nobody reported. */
const DELIVERED_AT = 'ifNull(delivered_at, read_at)'
/** Sent to one person, not refused, and not of those that may never get a delivery. */
const AWAITED = `outbound AND live AND NOT failed AND sent_at IS NOT NULL AND group_id = ''
        AND participant = '' AND (rungs >= 2 OR price.1 > 0 OR conversation_id != ''
          OR account_id = '')`

/**
 * Messages that were sent in each hour of the last days, with those that were not delivered in the
 * time that is usual for the number: that of nearly all its deliveries, but at least five minutes
 * and at most six hours. Hours of which that time is not over have it as if it were.
 */
export function readSentHours(
  { client, database }: DerivedData,
  hourEndMs: number,
): Promise<readonly SentHourRow[]> {
  const end = timeOf(hourEndMs)
  return client.query<SentHourRow>(`
    WITH
      sent AS (
        SELECT number, toUnixTimestamp64Milli(ifNull(sent_at, ${end})) AS sent_ms,
          toUnixTimestamp64Milli(${DELIVERED_AT}) - sent_ms AS after_ms
        FROM ${database}.message_timeline FINAL
        WHERE anchor_day >= toDate(${end} - INTERVAL ${DAYS + 1} DAY) AND ${notCanary}
          AND sent_at >= ${end} - INTERVAL ${DAYS} DAY AND sent_at < ${end} AND ${AWAITED}
      ),
      usual AS (
        SELECT number, toInt64(ceil(least(${USUAL_MS_MAX}, greatest(${USUAL_MS_MIN},
          quantileTDigest(${USUAL_QUANTILE})(after_ms))) / 60000)) * 60000 AS usual_ms
        FROM sent WHERE after_ms IS NOT NULL GROUP BY number
      )
    SELECT toString(s.number) AS number, intDiv(s.sent_ms, 3600000) * 3600000 AS hourMs,
      any(u.usual_ms) AS usualMs, count() AS messages,
      countIf(s.after_ms IS NULL OR s.after_ms > u.usual_ms) AS late
    FROM sent AS s INNER JOIN usual AS u ON u.number = s.number
    GROUP BY number, hourMs`)
}
