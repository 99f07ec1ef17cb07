import { type MessageTimeline } from '@wabastream/contracts'
import { billableRank, isPlaceholder, paymentRank, reactionsOf } from '@wabastream/domain'
import { type Cell, type Row } from './cells.ts'

export const timelineColumns = [
  'number',
  'anchor_day',
  'message_id',
  'participant',
  'inbound',
  'outbound',
  'rungs',
  'sent_at',
  'delivered_at',
  'read_at',
  'played_at',
  'failed',
  'failed_at',
  'failure_code',
  'message_at',
  'message_type',
  'historical',
  'deleted',
  'deleted_at',
  'warned',
  'edited',
  'edited_at',
  'revoked',
  'revoked_at',
  'replied',
  'replied_at',
  'in_reply_to',
  'reaction',
  'payment',
  'conversation_id',
  'conversation_origin',
  'pricing_model',
  'pricing_type',
  'pricing_category',
  'billable',
  'callback_data',
  'contact_id',
  'contact_user_id',
  'group_id',
  'first_received_at',
  'last_received_at',
  'headless',
  'live',
  'type',
  'price',
  'reactions',
  'echoed',
  'business_replied',
  'business_replied_at',
  'account_id',
  'display_number',
  'contact_parent_user_id',
  'username',
  'template_name',
  'template_category',
  'marked_read',
  'marked_read_at',
] as const

/**
 * Columns that the version before reads, where a maximum was not the meaning: others say the same
 * right, and these are written for it alone.
 */
export const supersededColumns = [
  'message_type',
  'reaction',
  'pricing_model',
  'pricing_type',
  'pricing_category',
  'billable',
] as const satisfies readonly (typeof timelineColumns)[number][]

/**
 * The row of `message_timeline`. The anchor day is the timeline's own, unless an older row of the
 * message was found: then it takes that row's day, so that both become one.
 */
export function toTimelineRow(
  timeline: MessageTimeline,
  anchorDay: number = timeline.anchorDay,
): Row<typeof timelineColumns> {
  return [
    timeline.number,
    anchorDay,
    timeline.messageId,
    timeline.participant,
    timeline.inbound,
    timeline.outbound,
    timeline.rungs,
    timeline.sentAt,
    timeline.deliveredAt,
    timeline.readAt,
    timeline.playedAt,
    timeline.failed,
    timeline.failedAt,
    timeline.failureCode,
    timeline.messageAt,
    orBlank(timeline.messageType),
    timeline.historical,
    timeline.deleted,
    timeline.deletedAt,
    timeline.warned,
    timeline.edited,
    timeline.editedAt,
    timeline.revoked,
    timeline.revokedAt,
    timeline.replied,
    timeline.repliedAt,
    orBlank(timeline.inReplyTo),
    [timeline.reactedAt, timeline.reaction],
    toPayment(timeline),
    orBlank(timeline.conversationId),
    orBlank(timeline.conversationOrigin),
    orBlank(timeline.pricingModel),
    orBlank(timeline.pricingType),
    orBlank(timeline.pricingCategory),
    timeline.billable,
    orBlank(timeline.callbackData),
    orBlank(timeline.contactId),
    orBlank(timeline.contactUserId),
    orBlank(timeline.groupId),
    timeline.firstReceivedAt,
    timeline.lastReceivedAt,
    timeline.headless,
    timeline.live || !timeline.historical,
    toType(timeline),
    toPrice(timeline),
    toReactions(timeline),
    timeline.echoed,
    timeline.businessReplied,
    timeline.businessRepliedAt,
    orBlank(timeline.accountId),
    orBlank(timeline.displayNumber),
    orBlank(timeline.contactParentUserId),
    orBlank(timeline.username),
    orBlank(timeline.templateName),
    orBlank(timeline.templateCategory),
    timeline.markedRead,
    timeline.markedReadAt,
  ]
}

/** The table has no null for texts. */
function orBlank(text: string | null): string {
  return text ?? ''
}

/** The greatest of these is a real type, if there is one. */
function toType({ messageType }: MessageTimeline): readonly Cell[] {
  if (messageType === null) return NO_TYPE
  return [messageType !== '' && !isPlaceholder(messageType), messageType]
}

const NO_TYPE: readonly Cell[] = [false, '']

/** The greatest of these is the price of the status nearest to the delivery, whole. */
function toPrice(timeline: MessageTimeline): readonly Cell[] {
  const { billable, priceRank, pricingCategory, pricingModel, pricingType } = timeline
  return [
    priceRank,
    pricingModel ?? '',
    pricingType ?? '',
    pricingCategory ?? '',
    billableRank(billable),
  ]
}

/** Actors, and of each the last that it did: the greatest (time, emoji), where -1 is no time. */
function toReactions(timeline: MessageTimeline): readonly Cell[] {
  const reactions = reactionsOf(timeline)
  if (reactions.length === 0) return NO_REACTIONS
  return [
    reactions.map(({ actor }) => actor),
    reactions.map(({ at, emoji }) => [at ?? -1, emoji ?? '']),
  ]
}

const NO_REACTIONS: readonly Cell[] = [[], []]

/** The greatest of these is the furthest status with its first time: hence the negative time. */
function toPayment({ paymentStatus, paymentAt }: MessageTimeline): readonly Cell[] {
  if (paymentStatus === null) return NO_PAYMENT
  return [paymentRank(paymentStatus), paymentAt === null ? null : -paymentAt, paymentStatus]
}

const NO_PAYMENT: readonly Cell[] = [0, null, '']
