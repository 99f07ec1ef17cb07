import { notCanary } from '../views/view-definition.ts'
import { type DerivedData, timeOf } from './hours-sql.ts'

/** Times in which a delivery may be usual: at least five minutes, at most six hours. */
export const deliverySteps: readonly number[] = [
  5, 10, 15, 30, 45, 60, 90, 120, 180, 240, 300, 360,
].map((minutes) => minutes * 60_000)

interface Lateness {
  readonly number: string
  readonly messages: number
  /** Of them, by each of `deliverySteps`, those not delivered within that time, or not at all. */
  readonly late: readonly number[]
}

/** Messages of a number that were sent within one hour. */
export interface SentHourRow extends Lateness {
  readonly hourMs: number
}

/** Messages of a number that were sent within a week. */
export interface UsualDeliveryRow extends Lateness {
  /** Time in which nearly all of its deliveries came; null without any. */
  readonly nearlyAllMs: number | null
}

/** Nearly all deliveries that come at all come within this time. */
const USUAL_QUANTILE = 0.95
const DAY_MS = 24 * 3_600_000
const USUAL_MS = 7 * DAY_MS
/** Hours that end so long before are of no interest any more. */
const SENT_MS = DAY_MS / 2

/** Sent to one person, not refused, and not of those that may never get a delivery. */
const AWAITED = `outbound AND live AND NOT failed AND sent_at IS NOT NULL AND group_id = ''
        AND participant = '' AND (rungs >= 2 OR price.1 > 0 OR conversation_id != ''
          OR account_id = '')`
// A read proves a delivery that nobody reported.
const AFTER_MS = `toUnixTimestamp64Milli(ifNull(delivered_at, read_at)) -
        toUnixTimestamp64Milli(sent_at)`
const LATE = `[${deliverySteps.map((ms) => `countIf(ifNull(after_ms > ${ms}, true))`).join(', ')}]`

/** Messages that were sent from one time until another, each once, in SQL. */
function sentFrom(database: string, fromMs: number, toMs: number): string {
  // What comes late has its anchor on a later day.
  return `(SELECT number, sent_at, ${AFTER_MS} AS after_ms
      FROM ${database}.message_timeline FINAL
      WHERE anchor_day >= toDate(${timeOf(fromMs)} - INTERVAL 1 DAY) AND ${notCanary}
        AND sent_at >= ${timeOf(fromMs)} AND sent_at < ${timeOf(toMs)} AND ${AWAITED})`
}

/** Messages by the hour in which they were sent, of the hours that ended lately. */
export function readSentHours(
  { client, database }: DerivedData,
  hourEndMs: number,
): Promise<readonly SentHourRow[]> {
  return client.query<SentHourRow>(`
    SELECT toString(number) AS number,
      toUnixTimestamp(toStartOfHour(assumeNotNull(sent_at))) * 1000 AS hourMs,
      count() AS messages, ${LATE} AS late
    FROM ${sentFrom(database, hourEndMs - SENT_MS, hourEndMs)}
    GROUP BY number, hourMs`)
}

/** What is usual of each number: its messages of the week before that time. Costs by the week. */
export function readUsualDeliveries(
  { client, database }: DerivedData,
  untilMs: number,
): Promise<readonly UsualDeliveryRow[]> {
  return client.query<UsualDeliveryRow>(`
    SELECT toString(number) AS number, count() AS messages, ${LATE} AS late,
      if(count(after_ms) = 0, NULL, toInt64(quantileTDigestIf(${USUAL_QUANTILE})(
        ifNull(after_ms, 0), after_ms IS NOT NULL))) AS nearlyAllMs
    FROM ${sentFrom(database, untilMs - USUAL_MS, untilMs)}
    GROUP BY number`)
}
