import {
  type ClickHouse,
  CONTENT_KEY,
  type ErrorCode,
  errorCodes,
  STANDING_REACTIONS,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'

export interface TimelineRow {
  readonly number: string
  readonly participant: string
  readonly anchorDay: string
  readonly inbound: boolean
  readonly outbound: boolean
  readonly rungs: number
  readonly messageType: string
  readonly messageAt: number | null
  readonly sentAt: number | null
  readonly deliveredAt: number | null
  readonly readAt: number | null
  readonly playedAt: number | null
  readonly failed: boolean
  readonly failedAt: number | null
  readonly failureCode: number | null
  readonly headless: boolean
  readonly historical: boolean
  readonly deleted: boolean
  readonly warned: boolean
  readonly edited: boolean
  readonly revoked: boolean
  readonly replied: boolean
  readonly repliedAt: number | null
  readonly inReplyTo: string
  readonly reaction: string | null
  readonly markedRead: boolean
  readonly markedReadAt: number | null
  readonly pricingCategory: string
  readonly pricingType: string
  readonly callbackData: string
  readonly contactId: string
  readonly contactUserId: string
  readonly groupId: string
}

export interface EventRow {
  readonly number: string
  readonly participant: string
  readonly eventType: string
  readonly eventId: string
  readonly status: string
  readonly messageType: string
  readonly carrierId: string
  readonly emoji: string | null
  readonly content: string
  readonly eventAt: number | null
  readonly timeProblem: string
  readonly receivedAt: number
  readonly channel: string
  readonly rawPartition: number
  readonly rawOffset: number
  readonly itemIndex: number
  readonly errorCodes: readonly number[]
}

export interface TransitionRow {
  readonly number: string
  readonly participant: string
  readonly kind: string
  readonly rung: string
  readonly previousRung: string
  readonly at: number | null
  readonly receivedAt: number
  readonly sinceSentMs: number | null
  readonly sinceDeliveredMs: number | null
  readonly failureCode: number | null
}

/** Everything stored about one message id, of any number. */
export interface Trace {
  readonly messageId: string
  readonly timelines: readonly TimelineRow[]
  readonly events: readonly EventRow[]
  readonly transitions: readonly TransitionRow[]
  /** There are more events or transitions; these are the first ones. */
  readonly isCut: boolean
  /** The meaning of the codes that occur, as far as it is known. */
  readonly codes: readonly ErrorCode[]
}

/** One body may repeat a status twenty thousand times, and may be sent again. */
const ROWS_MAX = 2_000

const ms = (column: string): string => `toUnixTimestamp64Milli(${column})`

function timelinesSql(database: string): string {
  return `
    SELECT number, participant, toString(anchor_day) AS anchorDay, inbound, outbound, rungs,
      tupleElement(type, 2) AS messageType, ${ms('message_at')} AS messageAt, ${ms('sent_at')} AS sentAt,
      ${ms('delivered_at')} AS deliveredAt, ${ms('read_at')} AS readAt,
      ${ms('played_at')} AS playedAt, failed, ${ms('failed_at')} AS failedAt,
      failure_code AS failureCode, headless,
      toBool(historical AND NOT live) AS historical, deleted, warned, edited, revoked, replied,
      ${ms('replied_at')} AS repliedAt, in_reply_to AS inReplyTo,
      nullIf(tupleElement(${STANDING_REACTIONS}[1], 3), '') AS reaction,
      marked_read AS markedRead, ${ms('marked_read_at')} AS markedReadAt,
      tupleElement(price, 4) AS pricingCategory, tupleElement(price, 3) AS pricingType,
      callback_data AS callbackData, contact_id AS contactId, contact_user_id AS contactUserId,
      group_id AS groupId
    FROM ${database}.message_timeline AS t FINAL
    WHERE message_id = {messageId:String}
    ORDER BY number, participant, anchor_day`
}

function eventsSql(database: string): string {
  return `
    SELECT number, participant, event_type AS eventType, event_id AS eventId, status,
      message_type AS messageType, carrier_id AS carrierId, emoji,
      if(content = '', said.text, content) AS content,
      ${ms('event_at')} AS eventAt, time_problem AS timeProblem,
      ${ms('received_at')} AS receivedAt, channel, raw_partition AS rawPartition,
      raw_offset AS rawOffset, item_index AS itemIndex, error_codes AS errorCodes
    FROM (
      SELECT * FROM ${database}.message_events FINAL WHERE message_id = {messageId:String}
    ) AS e
    LEFT ANY JOIN (
      SELECT ${CONTENT_KEY}, text
      FROM ${database}.message_content FINAL WHERE message_id = {messageId:String}
    ) AS said USING (${CONTENT_KEY})
    ORDER BY number, receivedAt, rawPartition, rawOffset, itemIndex
    LIMIT ${ROWS_MAX + 1}`
}

function transitionsSql(database: string): string {
  return `
    SELECT number, participant, kind, rung, previous_rung AS previousRung, ${ms('event_at')} AS at,
      ${ms('received_at')} AS receivedAt, since_sent_ms AS sinceSentMs,
      since_delivered_ms AS sinceDeliveredMs, failure_code AS failureCode
    FROM ${database}.status_transitions FINAL
    WHERE message_id = {messageId:String}
    ORDER BY number, participant, receivedAt
    LIMIT ${ROWS_MAX + 1}`
}

export async function readTrace(
  clickhouse: ClickHouse,
  options: { readonly messageId: string; readonly generation: number },
): Promise<Trace> {
  const { messageId } = options
  const database = databaseName(options.generation)
  const [timelines, events, transitions] = await Promise.all([
    clickhouse.query<TimelineRow>(timelinesSql(database), { messageId }),
    clickhouse.query<EventRow>(eventsSql(database), { messageId }),
    clickhouse.query<TransitionRow>(transitionsSql(database), { messageId }),
  ])
  const seen = new Set([
    ...timelines.flatMap(({ failureCode }) => failureCode ?? []),
    ...events.flatMap((event) => event.errorCodes),
  ])
  return {
    messageId,
    timelines,
    events: events.slice(0, ROWS_MAX),
    transitions: transitions.slice(0, ROWS_MAX),
    isCut: Math.max(events.length, transitions.length) > ROWS_MAX,
    codes: [...seen].flatMap((code) => errorCodes.find((known) => known.code === code) ?? []),
  }
}

/**
 * Messages that a reaction, edit, deletion or answer with this id is about; of those received
 * within the times, if any are given.
 */
export async function readTargetIds(
  clickhouse: ClickHouse,
  options: {
    readonly messageId: string
    readonly generation: number
    readonly fromMs?: number | undefined
    readonly toMs?: number | undefined
  },
): Promise<readonly string[]> {
  const { fromMs, generation, messageId, toMs } = options
  const conditions = [
    'carrier_id = {messageId:String} AND message_id != carrier_id',
    ...(fromMs === undefined ? [] : [`received_at >= fromUnixTimestamp64Milli(${fromMs}, 'UTC')`]),
    ...(toMs === undefined ? [] : [`received_at < fromUnixTimestamp64Milli(${toMs}, 'UTC')`]),
  ]
  const rows = await clickhouse.query<{ readonly target: string }>(
    `
    SELECT DISTINCT message_id AS target
    FROM ${databaseName(generation)}.message_events
    WHERE ${conditions.join(' AND ')}
    LIMIT 10`,
    { messageId },
  )
  return rows.map(({ target }) => target)
}
