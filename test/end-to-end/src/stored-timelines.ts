import { type ClickHouseClient } from '@clickhouse/client'
import { type OracleTimeline } from '@wabastream/testing'

const LADDER = ['sent', 'delivered', 'read', 'played'] as const
const TIMES = [
  'sent_at', 'delivered_at', 'read_at', 'played_at', 'failed_at', 'message_at', 'replied_at',
] as const

interface Row extends Record<(typeof TIMES)[number], number | null> {
  readonly number: string
  readonly message_id: string
  readonly participant: string
  readonly rungs: number
  readonly failed: boolean
  readonly failure_code: number | null
  readonly message_type: string
  readonly edited: boolean
  readonly revoked: boolean
  readonly deleted: boolean
  readonly replied: boolean
  readonly reacted_at: number | null
  readonly reaction_emoji: string | null
  readonly payment_status: string
  readonly pricing_category: string
  readonly callback_data: string
}

/**
 * Every timeline as it stands in the table, one entry per row: a message that was split over two
 * rows comes twice, and so can't pass for right.
 */
export async function readStoredTimelines(
  client: ClickHouseClient,
  database: string,
): Promise<readonly OracleTimeline[]> {
  const times = TIMES.map((name) => `toUnixTimestamp64Milli(${name}) AS ${name}_ms`)
  const result = await client.query({
    query: `
      SELECT number, message_id, participant, rungs, failed, failure_code, message_type, edited,
        revoked, deleted, replied, toUnixTimestamp64Milli(reaction.1) AS reacted_at,
        reaction.2 AS reaction_emoji, payment.3 AS payment_status, pricing_category, callback_data,
        ${times.join(', ')}
      FROM ${database}.message_timeline FINAL
      SETTINGS output_format_json_quote_64bit_integers = 0`,
    format: 'JSONEachRow',
  })
  const rows = await result.json<Record<string, unknown>>()
  return rows.map((given) => toTimeline(parseRow(given)))
}

function parseRow(given: Record<string, unknown>): Row {
  const times = Object.fromEntries(TIMES.map((name) => [name, given[`${name}_ms`] ?? null]))
  return { ...given, ...times } as unknown as Row
}

function toTimeline(row: Row): OracleTimeline {
  return {
    number: row.number, messageId: row.message_id, participant: row.participant,
    rung: LADDER.findLast((_, bit) => (row.rungs & (1 << bit)) !== 0) ?? null,
    sentAt: row.sent_at, deliveredAt: row.delivered_at, readAt: row.read_at, playedAt: row.played_at,
    failed: row.failed, failedAt: row.failed_at, failureCode: row.failure_code,
    messageAt: row.message_at, messageType: row.message_type || null,
    edited: row.edited, revoked: row.revoked, deleted: row.deleted,
    replied: row.replied, repliedAt: row.replied_at,
    reactedAt: row.reacted_at, reaction: row.reaction_emoji || null,
    paymentStatus: row.payment_status || null, pricingCategory: row.pricing_category || null,
    callbackData: row.callback_data || null,
  }
}
