import { type ClickHouse } from '../client/clickhouse-client.ts'
import { notCanary } from './view-definition.ts'

export interface NumberActivity {
  /** Numbers with events in the last hour. */
  readonly active: number
  /** Numbers with none that had `eventsMin` or more in the same hour a day before. */
  readonly silent: number
}

/** Fewer say nothing: small numbers have quiet hours. */
const EVENTS_MIN = 20

/** Looks at two hours of events: the one before `atMs`, and the same one a day before. */
export async function readNumberActivity(
  {
    client,
    database,
  }: {
    readonly client: Pick<ClickHouse, 'query'>
    readonly database: string
  },
  atMs: number,
): Promise<NumberActivity> {
  const at = `fromUnixTimestamp64Milli(${atMs}, 'UTC')`
  const isToday = `(received_at > ${at} - INTERVAL 1 HOUR AND received_at <= ${at})`
  const isYesterday = `(received_at > ${at} - INTERVAL 25 HOUR AND received_at <= ${at} - INTERVAL 24 HOUR)`
  const rows = await client.query<{ readonly active: number; readonly silent: number }>(`
    SELECT toUInt32(countIf(today > 0)) AS active,
      toUInt32(countIf(today = 0 AND yesterday >= ${EVENTS_MIN})) AS silent
    FROM (
      SELECT number, countIf(${isToday}) AS today, countIf(${isYesterday}) AS yesterday
      FROM ${database}.message_events
      WHERE ${notCanary} AND (${isToday} OR ${isYesterday}) GROUP BY number
    )`)
  return rows[0] ?? { active: 0, silent: 0 }
}
