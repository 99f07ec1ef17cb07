import { notCanary } from '../views/view-definition.ts'
import { payloadNumber, payloadText as text, readableJson } from '../views/json/payload.ts'
import { timeOf } from './hours-sql.ts'
import { type DerivedData } from './read-activity.ts'

/** A report that the provider sends again within so long is the same. */
const SENT_AGAIN_DAYS = 8

interface Hours {
  readonly startMs: number
  readonly endMs: number
}

export interface ErrorsRow {
  readonly number: string
  readonly code: number | null
  readonly errors: number
  /** When the first of them came. */
  readonly firstMs: number
}

/** Errors about no message that came within the time, by code. */
export function readOutOfBand(
  { client, database }: DerivedData,
  { endMs, startMs }: Hours,
): Promise<readonly ErrorsRow[]> {
  return client.query<ErrorsRow>(`
    SELECT toString(number) AS number, code, count() AS errors,
      toUnixTimestamp64Milli(min(received_at)) AS firstMs
    FROM ${database}.errors FINAL
    WHERE source = 'out_of_band' AND ${notCanary} AND received_at >= ${timeOf(startMs)}
      AND received_at < ${timeOf(endMs)}
    GROUP BY number, code`)
}

export interface ReportRow {
  readonly atMs: number
  readonly field: string
  readonly event: string
  readonly number: string
  readonly displayNumber: string
  readonly account: string
  readonly template: string
  readonly language: string
  readonly banState: string
  readonly untilMs: number | null
}

const BAN_STATE = `coalesce(nullIf(${text('ban_info', 'waba_ban_state')}, ''),
        JSONExtractString(payload, 'ban_info', 'waba_ban_state', 1))`
const UNTIL = `toUInt64OrZero(trim(BOTH '"' FROM
        JSONExtractRaw(payload, 'restriction_info', 1, 'expiration')))`

/**
 * Account events of these fields that first came within the time. The number is the one whose
 * messages named the same account and display number.
 */
export function readReports(
  { client, database }: DerivedData,
  { endMs, startMs }: Hours,
  fields: readonly string[],
): Promise<readonly ReportRow[]> {
  return client.query<ReportRow>(
    `
    SELECT toUnixTimestamp64Milli(ifNull(e.event_at, e.received_at)) AS atMs,
      toString(e.field) AS field, toString(e.event) AS event,
      if(e.number != '', toString(e.number), toString(n.number)) AS number,
      e.display AS displayNumber, toString(e.account_id) AS account,
      e.template AS template, e.language AS language, e.ban_state AS banState,
      if(e.until = 0, NULL, e.until * 1000) AS untilMs
    FROM (
      SELECT field, event, number, event_at, received_at, account_id, ${payloadNumber} AS display,
        ${text('message_template_name')} AS template,
        ${text('message_template_language')} AS language, ${BAN_STATE} AS ban_state,
        ${UNTIL} AS until
      FROM (
        SELECT * REPLACE (${readableJson('payload')} AS payload)
        FROM ${database}.account_events FINAL
        WHERE field IN ({fields:Array(String)}) AND ${notCanary}
          AND received_at >= ${timeOf(startMs)} - INTERVAL ${SENT_AGAIN_DAYS} DAY
          AND received_at < ${timeOf(endMs)}
        ORDER BY received_at, raw_partition, raw_offset, item_index
        LIMIT 1 BY account_id, field, event_id,
          if(event_at IS NULL, (raw_partition, raw_offset, item_index), (0, 0, 0))
      )
      WHERE received_at >= ${timeOf(startMs)}
    ) AS e
    LEFT ANY JOIN (
      SELECT account_id, display_number, argMax(number, (last_day, number)) AS number
      FROM ${database}.numbers FINAL
      WHERE account_id != '' AND display_number != '' GROUP BY account_id, display_number
    ) AS n ON n.account_id = e.account_id AND n.display_number = e.display`,
    { fields },
  )
}
