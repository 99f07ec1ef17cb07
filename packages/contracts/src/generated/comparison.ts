// Generated from schemas/ by `npm run generate`. Do not edit.
import { type MessageTimeline } from './types.ts'

/** Whether two timelines are equal field by field; a list is equal to itself alone. */
export function isSameTimeline(left: MessageTimeline, right: MessageTimeline): boolean {
  return (
    left.number === right.number &&
    left.messageId === right.messageId &&
    left.participant === right.participant &&
    left.inbound === right.inbound &&
    left.outbound === right.outbound &&
    left.rungs === right.rungs &&
    left.sentAt === right.sentAt &&
    left.deliveredAt === right.deliveredAt &&
    left.readAt === right.readAt &&
    left.playedAt === right.playedAt &&
    left.failed === right.failed &&
    left.failedAt === right.failedAt &&
    left.failureCode === right.failureCode &&
    left.messageAt === right.messageAt &&
    left.messageType === right.messageType &&
    left.historical === right.historical &&
    left.deleted === right.deleted &&
    left.deletedAt === right.deletedAt &&
    left.warned === right.warned &&
    left.editedAt === right.editedAt &&
    left.edited === right.edited &&
    left.revoked === right.revoked &&
    left.revokedAt === right.revokedAt &&
    left.replied === right.replied &&
    left.repliedAt === right.repliedAt &&
    left.inReplyTo === right.inReplyTo &&
    left.reactedAt === right.reactedAt &&
    left.reaction === right.reaction &&
    left.paymentStatus === right.paymentStatus &&
    left.paymentAt === right.paymentAt &&
    left.conversationId === right.conversationId &&
    left.conversationOrigin === right.conversationOrigin &&
    left.pricingModel === right.pricingModel &&
    left.pricingType === right.pricingType &&
    left.pricingCategory === right.pricingCategory &&
    left.billable === right.billable &&
    left.callbackData === right.callbackData &&
    left.contactId === right.contactId &&
    left.contactUserId === right.contactUserId &&
    left.groupId === right.groupId &&
    left.firstReceivedAt === right.firstReceivedAt &&
    left.lastReceivedAt === right.lastReceivedAt &&
    left.anchorDay === right.anchorDay &&
    left.headless === right.headless &&
    left.laterTimes === right.laterTimes &&
    left.live === right.live &&
    left.accountId === right.accountId &&
    left.displayNumber === right.displayNumber &&
    left.contactParentUserId === right.contactParentUserId &&
    left.username === right.username &&
    left.reactions === right.reactions &&
    left.echoed === right.echoed &&
    left.priceRank === right.priceRank &&
    left.businessReplied === right.businessReplied &&
    left.businessRepliedAt === right.businessRepliedAt &&
    left.templateName === right.templateName &&
    left.templateCategory === right.templateCategory &&
    left.markedRead === right.markedRead &&
    left.markedReadAt === right.markedReadAt
  )
}
