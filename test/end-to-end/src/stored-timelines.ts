import { type ClickHouseClient } from '@clickhouse/client'
import { type OracleTimeline } from '@wabastream/testing'

const LADDER = ['sent', 'delivered', 'read', 'played'] as const
const TIMES = [
  'sent_at',
  'delivered_at',
  'read_at',
  'played_at',
  'failed_at',
  'message_at',
  'deleted_at',
  'edited_at',
  'revoked_at',
  'replied_at',
  'business_replied_at',
  'marked_read_at',
] as const
const RECEIVED = ['first_received_at', 'last_received_at'] as const

/** A timeline as something has stored it. */
export interface StoredTimeline extends OracleTimeline {
  readonly firstReceivedAt: number
  readonly lastReceivedAt: number
}

/** An actor, and when they reacted last (-1 is no time) with what (nothing where taken back). */
type StoredReaction = readonly [string, readonly [number, string]]

/** What the version before reads; other columns say the same right. */
const superseded = [
  'message_type',
  'reaction',
  'pricing_model',
  'pricing_type',
  'pricing_category',
  'billable',
] as const

interface Row
  extends
    Record<`${(typeof TIMES)[number]}_ms`, number | null>,
    Record<`${(typeof RECEIVED)[number]}_ms`, number> {
  readonly number: string
  readonly message_id: string
  readonly participant: string
  readonly inbound: boolean
  readonly outbound: boolean
  readonly rungs: number
  readonly failed: boolean
  readonly failure_code: number | null
  readonly message_type: string
  readonly historical: boolean
  readonly live: boolean
  readonly echoed: boolean
  readonly account_id: string
  readonly display_number: string
  readonly deleted: boolean
  readonly warned: boolean
  readonly edited: boolean
  readonly revoked: boolean
  readonly replied: boolean
  readonly business_replied: boolean
  readonly in_reply_to: string
  readonly reactions: readonly StoredReaction[]
  readonly payment_status: string
  readonly payment_at: number | null
  readonly conversation_id: string
  readonly conversation_origin: string
  readonly price_rank: number
  readonly pricing_model: string
  readonly pricing_type: string
  readonly pricing_category: string
  readonly billable: boolean | null
  readonly callback_data: string
  readonly contact_id: string
  readonly contact_user_id: string
  readonly contact_parent_user_id: string
  readonly username: string
  readonly template_name: string
  readonly template_category: string
  readonly marked_read: boolean
  readonly group_id: string
}

/**
 * Every timeline as it is in the table, one entry per row: a message that was split over two rows
 * comes twice, so the judge notices it.
 */
export async function readStoredTimelines(
  client: ClickHouseClient,
  database: string,
): Promise<readonly StoredTimeline[]> {
  const names = [...TIMES, ...RECEIVED]
  const times = names.map((name) => `toUnixTimestamp64Milli(${name}) AS ${name}_ms`)
  const result = await client.query({
    query: `
      SELECT * EXCEPT (anchor_day, headless, payment, type, price, reactions,
          ${superseded.join(', ')},
          ${names.join(', ')}),
        type.2 AS message_type, price.1 AS price_rank, price.2 AS pricing_model,
        price.3 AS pricing_type, price.4 AS pricing_category,
        if(price.5 < 0, NULL, toBool(price.5)) AS billable,
        arrayZip(reactions.1, reactions.2) AS reactions,
        payment.3 AS payment_status, -payment.2 AS payment_at, ${times.join(', ')}
      FROM ${database}.message_timeline FINAL
      SETTINGS output_format_json_quote_64bit_integers = 0`,
    format: 'JSONEachRow',
  })
  return (await result.json<Row>()).map(toTimeline)
}

function toTimeline(row: Row): StoredTimeline {
  return {
    number: row.number,
    messageId: row.message_id,
    participant: row.participant,
    inbound: row.inbound,
    outbound: row.outbound,
    rungs: nameRungs(row.rungs),
    sentAt: row.sent_at_ms,
    deliveredAt: row.delivered_at_ms,
    readAt: row.read_at_ms,
    playedAt: row.played_at_ms,
    failed: row.failed,
    failedAt: row.failed_at_ms,
    failureCode: row.failure_code,
    messageAt: row.message_at_ms,
    messageType: givenOf(row.message_type),
    historical: row.historical,
    live: row.live,
    echoed: row.echoed,
    accountId: givenOf(row.account_id),
    displayNumber: givenOf(row.display_number),
    deleted: row.deleted,
    deletedAt: row.deleted_at_ms,
    warned: row.warned,
    edited: row.edited,
    editedAt: row.edited_at_ms,
    revoked: row.revoked,
    revokedAt: row.revoked_at_ms,
    replied: row.replied,
    repliedAt: row.replied_at_ms,
    businessReplied: row.business_replied,
    businessRepliedAt: row.business_replied_at_ms,
    inReplyTo: givenOf(row.in_reply_to),
    ...readReactions(row.reactions),
    paymentStatus: givenOf(row.payment_status),
    paymentAt: row.payment_at,
    conversationId: givenOf(row.conversation_id),
    conversationOrigin: givenOf(row.conversation_origin),
    priceRank: row.price_rank,
    pricingModel: givenOf(row.pricing_model),
    pricingType: givenOf(row.pricing_type),
    pricingCategory: givenOf(row.pricing_category),
    billable: row.billable,
    callbackData: givenOf(row.callback_data),
    contactId: givenOf(row.contact_id),
    contactUserId: givenOf(row.contact_user_id),
    contactParentUserId: givenOf(row.contact_parent_user_id),
    username: givenOf(row.username),
    templateName: givenOf(row.template_name),
    templateCategory: givenOf(row.template_category),
    markedRead: row.marked_read,
    markedReadAt: row.marked_read_at_ms,
    groupId: givenOf(row.group_id),
    firstReceivedAt: row.first_received_at_ms,
    lastReceivedAt: row.last_received_at_ms,
  }
}

/** Latest first. */
function readReactions(stored: readonly StoredReaction[]) {
  const inOrder = stored.toSorted(([a, [aAt, aEmoji]], [b, [bAt, bEmoji]]) => {
    return bAt - aAt || compareBytes(bEmoji, aEmoji) || compareBytes(b, a)
  })
  const standing = inOrder.find(
    ([actor, [, emoji]], place) =>
      emoji !== '' && !inOrder.slice(0, place).some(([later]) => isOnePerson(actor, later, stored)),
  )
  const last = inOrder[0]?.[1][0] ?? -1
  return {
    reactedAt: last < 0 ? null : last,
    reaction: standing?.[1][1] ?? null,
    reactions: stored.map(([actor, [, emoji]]) => `${actor} ${emoji}`).join(', '),
  }
}

/** Two ids are one person's where a third reaction names its person by both. */
function isOnePerson(earlier: string, later: string, all: readonly StoredReaction[]): boolean {
  const sharesId = (one: string, other: string): boolean =>
    one.split('/').some((id, place) => id !== '' && id === other.split('/')[place])
  if (earlier === '' || earlier === later) return true
  if ([earlier, later].includes('business')) return false
  return [earlier, ...all.map(([actor]) => actor).filter((actor) => actor !== 'business')].some(
    (link) => sharesId(earlier, link) && sharesId(later, link),
  )
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

/** The table has no null for texts. */
function givenOf(text: string | null): string | null {
  return text === '' ? null : text
}

/** The bits of a set of rungs, as the oracle writes them. */
export function nameRungs(rungs: number): string {
  return LADDER.filter((_, bit) => (rungs & (1 << bit)) !== 0).join(' ')
}
