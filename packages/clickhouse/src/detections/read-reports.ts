import { notCanary } from '../views/view-definition.ts'
import { messagingLimit } from '../views/account-views.ts'
import { member, payloadNumber, payloadText as text, readableJson } from '../views/json/payload.ts'
import { type DerivedData, timeOf } from './hours-sql.ts'

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
  /** Latest end of the restrictions that it names; null if one has none, or it names none. */
  readonly untilMs: number | null
  /** Messaging limit as a tier, such as `TIER_2K`; empty if it names none. */
  readonly limit: string
}

const BAN_STATE = `coalesce(nullIf(${text('ban_info', 'waba_ban_state')}, ''),
        JSONExtractString(payload, 'ban_info', 'waba_ban_state', 1))`
// Documented as seconds; some partners send a date and time.
const ENDS = `arrayMap(one -> toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(
          ${member('one', 'expiration')}, 3, 'UTC')),
          JSONExtractArrayRaw(payload, 'restriction_info'))`
/** A report about a number names it in one of two members. */
const DISPLAY = `if(${payloadNumber} != '', ${payloadNumber},
        replaceRegexpAll(${text('phone_number')}, '[^0-9]', ''))`

/** Reports of a number's or an account's limits are compared with those before, which are old. */
const LIMITS_DAYS = 180
const LIMITS = 'business_capability_update'

/**
 * Account events of these fields that first came within the time, or within half a year before if
 * they are about limits; each once, however often the provider sent it. The number is the one whose
 * messages named the same account and display number, as far as it is known by now.
 */
export function readReports(
  { client, database }: DerivedData,
  { endMs, startMs }: Hours,
  fields: readonly string[],
): Promise<readonly ReportRow[]> {
  const limitsFrom = `${timeOf(endMs)} - INTERVAL ${LIMITS_DAYS} DAY`
  return client.query<ReportRow>(
    `
    SELECT toUnixTimestamp64Milli(ifNull(e.event_at, e.received_at)) AS atMs,
      toString(e.field) AS field, toString(e.event) AS event,
      if(e.number != '', toString(e.number), toString(n.number)) AS number,
      e.display AS displayNumber, toString(e.account_id) AS account,
      e.template AS template, e.language AS language, e.ban_state AS banState,
      if(empty(e.ends) OR has(e.ends, NULL), NULL, arrayMax(e.ends)) AS untilMs,
      e.messaging_limit AS limit
    FROM (
      SELECT field, event, number, event_at, received_at, account_id, ${DISPLAY} AS display,
        ${text('message_template_name')} AS template,
        ${text('message_template_language')} AS language, ${BAN_STATE} AS ban_state,
        ${ENDS} AS ends, ${messagingLimit} AS messaging_limit
      FROM (
        SELECT * REPLACE (${readableJson('payload')} AS payload)
        FROM ${database}.account_events FINAL
        WHERE field IN ({fields:Array(String)}) AND ${notCanary}
          AND (received_at >= ${timeOf(startMs)}
            OR (field = '${LIMITS}' AND received_at >= ${limitsFrom}))
          AND received_at < ${timeOf(endMs)}
        ORDER BY received_at, raw_partition, raw_offset, item_index
        LIMIT 1 BY account_id, field, event_id,
          if(event_at IS NULL, (raw_partition, raw_offset, item_index), (0, 0, 0))
      )
    ) AS e
    LEFT ANY JOIN (
      SELECT account_id, display_number, argMax(number, (last_day, number)) AS number
      FROM ${database}.numbers FINAL
      WHERE account_id != '' AND display_number != '' GROUP BY account_id, display_number
    ) AS n ON n.account_id = e.account_id AND n.display_number = e.display
    ORDER BY atMs`,
    { fields },
  )
}
