import { type MessageTimeline } from '@wabastream/contracts'
import { paymentRank } from '@wabastream/domain'
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
] as const

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
    timeline.messageType ?? '',
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
    timeline.inReplyTo ?? '',
    [timeline.reactedAt, timeline.reaction],
    toPayment(timeline),
    timeline.conversationId ?? '',
    timeline.conversationOrigin ?? '',
    timeline.pricingModel ?? '',
    timeline.pricingType ?? '',
    timeline.pricingCategory ?? '',
    timeline.billable,
    timeline.callbackData ?? '',
    timeline.contactId ?? '',
    timeline.contactUserId ?? '',
    timeline.groupId ?? '',
    timeline.firstReceivedAt,
    timeline.lastReceivedAt,
    timeline.headless,
  ]
}

/** The time is negative so that the maximum is the furthest status with its first time. */
function toPayment({ paymentStatus, paymentAt }: MessageTimeline): readonly Cell[] {
  if (paymentStatus === null) return NO_PAYMENT
  return [paymentRank(paymentStatus), paymentAt === null ? null : -paymentAt, paymentStatus]
}

const NO_PAYMENT: readonly Cell[] = [0, null, '']
