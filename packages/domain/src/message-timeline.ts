import {
  type MessageEchoed,
  type MessageEdited,
  type MessageEvent,
  type MessageReacted,
  type MessageReceived,
  type MessageReplied,
  type MessageRevoked,
  type MessageTimeline,
  targetOf,
} from '@wabastream/contracts'
import { earliest, greatestText, latest } from './joins.ts'
import { parseRung } from './ladder.ts'
import { withPayment, withRung, withStatus } from './status-facts.ts'

const DAY_MS = 86_400_000

/** A timeline that knows only where its first event belongs, and when and how it began. */
export function initialTimeline(first: MessageEvent): MessageTimeline {
  const { number, messageId, participant } = targetOf(first)
  const { receivedAt } = first.data.envelope
  // One literal in the order of the schema, as decoding makes it: spreads cost more than folds.
  return {
    number,
    messageId,
    participant,
    inbound: false,
    outbound: false,
    rungs: 0,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    playedAt: null,
    failed: false,
    failedAt: null,
    failureCode: null,
    messageAt: null,
    messageType: null,
    historical: false,
    deleted: false,
    deletedAt: null,
    warned: false,
    editedAt: null,
    edited: false,
    revoked: false,
    revokedAt: null,
    replied: false,
    repliedAt: null,
    inReplyTo: null,
    reactedAt: null,
    reaction: null,
    paymentStatus: null,
    paymentAt: null,
    conversationId: null,
    conversationOrigin: null,
    pricingModel: null,
    pricingType: null,
    pricingCategory: null,
    billable: null,
    callbackData: null,
    contactId: null,
    contactUserId: null,
    groupId: null,
    firstReceivedAt: receivedAt,
    lastReceivedAt: receivedAt,
    anchorDay: Math.floor(receivedAt / DAY_MS),
    headless: !isOrigin(first),
    laterTimes: [],
  }
}

/**
 * The timeline of a message whose former timeline expired before this event. It keeps the former
 * one's day, so that both are one row.
 */
export function renewedTimeline(first: MessageEvent, former: MessageTimeline): MessageTimeline {
  return { ...initialTimeline(first), anchorDay: former.anchorDay }
}

/**
 * Folds one event in. A join but for `anchorDay` and `headless`, which the first event settles:
 * neither order nor repetition of events changes the result. Returns the timeline it got when
 * nothing changes.
 */
export function evolve(timeline: MessageTimeline, event: MessageEvent): MessageTimeline {
  return withReceipt(withFacts(timeline, event), event.data.envelope.receivedAt)
}

/** Whether everything that the event reports is already known, even if it comes again later. */
export function isDuplicate(timeline: MessageTimeline, event: MessageEvent): boolean {
  return withFacts(timeline, event) === timeline
}

// Each function below returns the timeline it got when the event adds nothing to it.

function withFacts(timeline: MessageTimeline, event: MessageEvent): MessageTimeline {
  switch (event.type) {
    case 'MessageReceived':
      return withReceived(timeline, event.data)
    case 'MessageEchoed':
      return withEchoed(timeline, event.data)
    case 'MessageStatusChanged':
      return withStatus(timeline, event.data)
    case 'PaymentStatusChanged':
      return withPayment(timeline, event.data)
    case 'MessageReacted':
      return withGroup(withReaction(timeline, event.data), event.data)
    case 'MessageEdited':
      return withGroup(withEdit(timeline, event.data), event.data)
    case 'MessageRevoked':
      return withGroup(withRevocation(timeline, event.data), event.data)
    case 'MessageReplied':
      return withGroup(withReply(timeline, event.data), event.data)
  }
}

function withReceipt(timeline: MessageTimeline, receivedAt: number): MessageTimeline {
  if (receivedAt > timeline.lastReceivedAt) return { ...timeline, lastReceivedAt: receivedAt }
  if (receivedAt < timeline.firstReceivedAt) return { ...timeline, firstReceivedAt: receivedAt }
  return timeline
}

function withReceived(timeline: MessageTimeline, message: MessageReceived): MessageTimeline {
  const known = withMessage(timeline, message, {
    contactId: message.fromId,
    contactUserId: message.fromUserId,
  })
  return known.inbound ? known : { ...known, inbound: true }
}

/** The history of a phone may know how far a message came, though not when. */
function withEchoed(timeline: MessageTimeline, message: MessageEchoed): MessageTimeline {
  const known = withMessage(timeline, message, {
    contactId: message.recipientId,
    contactUserId: message.recipientUserId,
  })
  const rung = message.historicalStatus === null ? undefined : parseRung(message.historicalStatus)
  if (rung !== undefined) return withRung(known, rung, null)
  return known.outbound ? known : { ...known, outbound: true }
}

function withMessage(
  timeline: MessageTimeline,
  message: MessageReceived | MessageEchoed,
  contact: Readonly<Record<'contactId' | 'contactUserId', string | null>>,
): MessageTimeline {
  const messageAt = earliest(timeline.messageAt, message.envelope.providerTime)
  const messageType = greatestText(timeline.messageType, message.messageType)
  const historical = timeline.historical || message.historical
  const inReplyTo = greatestText(timeline.inReplyTo, message.inReplyTo)
  const contactId = greatestText(timeline.contactId, contact.contactId)
  const contactUserId = greatestText(timeline.contactUserId, contact.contactUserId)
  const groupId = greatestText(timeline.groupId, message.groupId)
  const isKnown =
    messageAt === timeline.messageAt &&
    messageType === timeline.messageType &&
    historical === timeline.historical &&
    inReplyTo === timeline.inReplyTo &&
    contactId === timeline.contactId &&
    contactUserId === timeline.contactUserId &&
    groupId === timeline.groupId
  if (isKnown) return timeline
  return {
    ...timeline,
    messageAt,
    messageType,
    historical,
    inReplyTo,
    contactId,
    contactUserId,
    groupId,
  }
}

/** The last reaction wins, taken back or not; of two at the same time, the greater emoji. */
function withReaction(timeline: MessageTimeline, reacted: MessageReacted): MessageTimeline {
  const reaction = reacted.emoji === '' ? null : reacted.emoji
  const reactedAt = latest(timeline.reactedAt, reacted.envelope.providerTime)
  const isLater = reactedAt !== timeline.reactedAt
  const isAtSameTime = reacted.envelope.providerTime === timeline.reactedAt
  if (!isLater && !isAtSameTime) return timeline
  const stands = isLater ? reaction : greatestText(timeline.reaction, reaction)
  if (!isLater && stands === timeline.reaction) return timeline
  return { ...timeline, reactedAt, reaction: stands }
}

/** Only its sender can edit a message, so the edit says who that was. */
function withEdit(timeline: MessageTimeline, edited: MessageEdited): MessageTimeline {
  const editedAt = latest(timeline.editedAt, edited.envelope.providerTime)
  const known =
    timeline.edited && editedAt === timeline.editedAt
      ? timeline
      : { ...timeline, edited: true, editedAt }
  return withSender(known, edited.fromBusiness)
}

function withRevocation(timeline: MessageTimeline, revoked: MessageRevoked): MessageTimeline {
  const revokedAt = earliest(timeline.revokedAt, revoked.envelope.providerTime)
  const known =
    timeline.revoked && revokedAt === timeline.revokedAt
      ? timeline
      : { ...timeline, revoked: true, revokedAt }
  return withSender(known, revoked.fromBusiness)
}

function withReply(timeline: MessageTimeline, replied: MessageReplied): MessageTimeline {
  const repliedAt = earliest(timeline.repliedAt, replied.envelope.providerTime)
  if (timeline.replied && repliedAt === timeline.repliedAt) return timeline
  return { ...timeline, replied: true, repliedAt }
}

function withSender(timeline: MessageTimeline, isBusiness: boolean): MessageTimeline {
  if (isBusiness) return timeline.outbound ? timeline : { ...timeline, outbound: true }
  return timeline.inbound ? timeline : { ...timeline, inbound: true }
}

function withGroup(
  timeline: MessageTimeline,
  given: { readonly groupId: string | null },
): MessageTimeline {
  const groupId = greatestText(timeline.groupId, given.groupId)
  return groupId === timeline.groupId ? timeline : { ...timeline, groupId }
}

/** Where a message's timeline starts; anything else may be about an older, forgotten one. */
function isOrigin(event: MessageEvent): boolean {
  switch (event.type) {
    case 'MessageReceived':
    case 'MessageEchoed':
      return true
    case 'MessageStatusChanged':
      return event.data.status === 'sent'
    case 'PaymentStatusChanged':
    case 'MessageReacted':
    case 'MessageEdited':
    case 'MessageRevoked':
    case 'MessageReplied':
      return false
  }
}
