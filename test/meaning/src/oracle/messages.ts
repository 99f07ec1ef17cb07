import { expectTimelines, type OracleTimeline } from '@wabastream/testing'
import { dayOf, firstOf, groupBy } from './expected.ts'
import { type HeardFact, timelineOf } from './heard.ts'
import { countryOf } from './places.ts'
import { standingReactions } from './reactions.ts'

export type Message = ReturnType<typeof toMessage>

const LADDER = ['sent', 'delivered', 'read', 'played']
/** Free conversations name their category as their origin; these two name who began. */
const BEGINNERS = new Set(['business_initiated', 'user_initiated'])
/** Types in which no customer speaks. */
const NOTICES = new Set(['system', 'request_welcome'])

/** What the provider says apart from messages. */
export interface Reported {
  /** Of an error's code. */
  readonly meanings: ReadonlyMap<number, string>
  /** Of a template, by account and name as JSON text. */
  readonly categories: ReadonlyMap<string, string>
}

/** What the view `messages` says, of all that was heard. */
export function expectMessages(
  facts: readonly HeardFact[],
  { categories, meanings }: Reported,
): readonly Message[] {
  const timelines = expectTimelines(facts)
  return groupBy(facts, timelineOf).map((group) => {
    const timeline = timelines.get(timelineOf(firstOf(group)))
    if (timeline === undefined) throw new Error('every fact has a timeline')
    return toMessage(timeline, group, { categories, meanings })
  })
}

function toMessage(
  timeline: OracleTimeline,
  facts: readonly HeardFact[],
  { categories, meanings }: Reported,
) {
  const received = facts.map(({ receivedAtMs }) => receivedAtMs)
  const first = firstOf(facts.toSorted((a, b) => a.webhook - b.webhook))
  const firstReceivedAt = Math.min(...received)
  const ladder = ladderOf(timeline)
  const times = timesOf(timeline, ladder.delivered_implied)
  const { deliveredAt, failedAt, messageAt, playedAt, readAt } = timeline
  const begun = [times.sent_at, messageAt, deliveredAt, readAt, playedAt, failedAt]
  return {
    number: timeline.number,
    anchor_day: dayOf(first.receivedAtMs),
    message_id: timeline.messageId,
    participant: timeline.participant,
    ...ladder,
    ...times,
    ...actsOf(timeline),
    ...moneyOf(timeline, ladder, categories),
    ...namesOf(timeline),
    started_at: begun.find((time) => time !== null) ?? firstReceivedAt,
    failure_code: timeline.failureCode,
    failure_meaning: orBlank(meanings.get(timeline.failureCode ?? -1)),
    reactions: standingReactions(facts),
    first_received_at: firstReceivedAt,
    received_to_marked_ms: since(firstReceivedAt, timeline.markedReadAt),
    last_received_at: Math.max(...received),
    headless: first.word !== 'message' && first.word !== 'sent',
  }
}

const orBlank = (text: string | null | undefined): string => text ?? ''

function directionOf({ inbound, messageType, outbound }: OracleTimeline): string {
  if (outbound) return 'outbound'
  if (!inbound) return 'unknown'
  return NOTICES.has(orBlank(messageType)) ? 'notice' : 'inbound'
}

function ladderOf(timeline: OracleTimeline) {
  const { echoed, failed, groupId, participant } = timeline
  const direction = directionOf(timeline)
  const words = new Set([...timeline.rungs.split(' '), ...(echoed ? ['sent'] : [])])
  const highest = LADDER.findLast((word) => words.has(word))
  const isReached = highest !== undefined && highest !== 'sent'
  const unsent = direction === 'notice' ? 'notice' : timeline.inbound ? 'received' : 'unknown'
  return {
    direction,
    audience: participant ? 'participant' : groupId ? 'group' : 'person',
    status: failed && !isReached ? 'failed' : (highest ?? unsent),
    rungs: LADDER.reduce((sum, word, place) => (words.has(word) ? sum + 2 ** place : sum), 0),
    failed,
    conflict: failed && isReached,
    delivered_implied: isReached && highest !== 'delivered' && !words.has('delivered'),
  }
}

function timesOf(timeline: OracleTimeline, isDeliveryImplied: boolean) {
  const { deliveredAt, failedAt, messageAt, playedAt, readAt } = timeline
  const sentAt = (timeline.echoed ? messageAt : null) ?? timeline.sentAt
  const reached = readAt ?? playedAt
  const isOvertaken = deliveredAt !== null && reached !== null && deliveredAt > reached
  return {
    message_at: messageAt,
    sent_at: sentAt,
    delivered_at: isDeliveryImplied ? reached : deliveredAt,
    read_at: readAt,
    played_at: playedAt,
    failed_at: failedAt,
    sent_to_delivered_ms: isOvertaken ? null : since(sentAt, deliveredAt),
    sent_to_read_ms: since(sentAt, readAt),
    delivered_to_read_ms: since(deliveredAt, readAt),
    sent_to_failed_ms: since(sentAt, failedAt),
  }
}

function actsOf(timeline: OracleTimeline) {
  return {
    message_type: orBlank(timeline.messageType),
    historical: timeline.historical && !timeline.live,
    deleted: timeline.deleted,
    deleted_at: timeline.deletedAt,
    warned: timeline.warned,
    edited: timeline.edited,
    edited_at: timeline.editedAt,
    revoked: timeline.revoked,
    revoked_at: timeline.revokedAt,
    replied: timeline.replied,
    replied_at: timeline.repliedAt,
    in_reply_to: orBlank(timeline.inReplyTo),
    business_replied: timeline.businessReplied,
    business_replied_at: timeline.businessRepliedAt,
    marked_read: timeline.markedRead,
    marked_read_at: timeline.markedReadAt,
    reacted_at: timeline.reactedAt,
    reaction: timeline.reaction,
    echoed: timeline.echoed,
  }
}

function moneyOf(
  timeline: OracleTimeline,
  { direction, failed, rungs }: ReturnType<typeof ladderOf>,
  categories: Reported['categories'],
) {
  const origin = orBlank(timeline.conversationOrigin)
  const pricingCategory = orBlank(timeline.pricingCategory)
  const { accountId, templateCategory, templateName } = timeline
  const template = JSON.stringify([orBlank(accountId), orBlank(templateName)])
  const said =
    pricingCategory ||
    (BEGINNERS.has(origin) ? '' : origin) ||
    (templateCategory ?? orBlank(categories.get(template))).toLowerCase()
  const isTracked = timeline.priceRank > 0 || timeline.conversationId !== null
  const isWithoutAccount = timeline.accountId === null && rungs >= 1
  return {
    payment_status: orBlank(timeline.paymentStatus),
    payment_at: timeline.paymentAt,
    conversation_id: orBlank(timeline.conversationId),
    conversation_origin: origin,
    pricing_model: orBlank(timeline.pricingModel),
    pricing_type: orBlank(timeline.pricingType),
    pricing_category: pricingCategory,
    billable: timeline.billable,
    category: said || (direction === 'outbound' ? 'not reported' : ''),
    callback_data: orBlank(timeline.callbackData),
    template_name: orBlank(timeline.templateName),
    template_category: orBlank(timeline.templateCategory),
    awaits_delivery:
      direction === 'outbound' && (rungs >= 2 || failed || isTracked || isWithoutAccount),
  }
}

function namesOf(timeline: OracleTimeline) {
  const phone = orBlank(timeline.contactId)
  const userId = orBlank(timeline.contactUserId)
  return {
    contact_id: phone,
    contact_user_id: userId,
    contact_parent_user_id: orBlank(timeline.contactParentUserId),
    username: orBlank(timeline.username),
    country: countryOf({ phone, userId }),
    group_id: orBlank(timeline.groupId),
    account_id: orBlank(timeline.accountId),
    display_number: orBlank(timeline.displayNumber),
  }
}

/** What came before its beginning took no time that anybody knows. */
function since(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from
}
