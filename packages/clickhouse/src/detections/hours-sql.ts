import { type ClickHouse } from '../client/clickhouse-client.ts'
import { notCanary } from '../views/view-definition.ts'

export interface DerivedData {
  readonly client: Pick<ClickHouse, 'query'>
  /** Of the generation. */
  readonly database: string
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS
const WEEKS = 4

export const timeOf = (timeMs: number): string => `fromUnixTimestamp64Milli(${timeMs}, 'UTC')`

/** The hour, and of each of the four weeks before the same one with those beside it, in SQL. */
export function comparedHours(column: string, hourMs: number): string {
  const ranges = Array.from({ length: WEEKS }, (_, index) => {
    const startMs = hourMs - (index + 1) * WEEK_MS
    return [startMs - HOUR_MS, startMs + 2 * HOUR_MS] as const
  })
  return [[hourMs, hourMs + HOUR_MS] as const, ...ranges]
    .map(([fromMs, toMs]) => `(${column} >= ${timeOf(fromMs)} AND ${column} < ${timeOf(toMs)})`)
    .join(' OR ')
}

/** The hour of a time as milliseconds, in SQL. */
export const hourMsOf = (column: string): string =>
  `toUnixTimestamp(toStartOfHour(${column})) * 1000`

/**
 * Rows of what came in as webhooks. That we marked a message as read is an event, too, but one that
 * passes no ingestor: it comes while nothing can reach us, and says nothing of the provider.
 */
export const RECEIVED = `event_type != 'MessageMarkedRead'`

/** Rows of what the provider sent and happened now, of numbers that are real. */
export const LIVE_EVENTS = `${notCanary} AND NOT historical AND message_id != ''
      AND ${RECEIVED}`
