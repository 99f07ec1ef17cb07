import {
  type EventEnvelope,
  type MessageEvent,
  type MessageTimeline,
  targetOf,
} from '@wabastream/contracts'
import { withEdit, withGroup, withMark, withReply, withRevocation } from './act-facts.ts'
import { greatestText } from './joins.ts'
import { withEchoed, withReceived } from './message-facts.ts'
import { withReaction } from './reactions.ts'
import { withPayment, withStatus } from './status-facts.ts'

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
    historical: isHistorical(first),
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
    live: !isHistorical(first),
    accountId: null,
    displayNumber: null,
    contactParentUserId: null,
    username: null,
    reactions: [],
    echoed: false,
    priceRank: 0,
    businessReplied: false,
    businessRepliedAt: null,
    templateName: null,
    templateCategory: null,
    markedRead: false,
    markedReadAt: null,
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
  const known = withItsOwnFacts(timeline, event)
  return withNumber(withProvenance(known, isHistorical(event)), event.data.envelope)
}

function withItsOwnFacts(timeline: MessageTimeline, event: MessageEvent): MessageTimeline {
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
    case 'MessageMarkedRead':
      return withMark(timeline, event.data)
  }
}

function withReceipt(timeline: MessageTimeline, receivedAt: number): MessageTimeline {
  if (receivedAt > timeline.lastReceivedAt) return { ...timeline, lastReceivedAt: receivedAt }
  if (receivedAt < timeline.firstReceivedAt) return { ...timeline, firstReceivedAt: receivedAt }
  return timeline
}

/**
 * A message is historical where every fact about it came from a history: one live fact makes it
 * live for good, also when a history repeats it later. Earlier versions did not write `live`.
 */
function withProvenance(timeline: MessageTimeline, isHistoricalFact: boolean): MessageTimeline {
  if (isHistoricalFact) {
    return timeline.historical ? timeline : { ...timeline, historical: true, live: true }
  }
  if (timeline.live || !timeline.historical) return timeline
  return { ...timeline, live: true }
}

function withNumber(timeline: MessageTimeline, envelope: EventEnvelope): MessageTimeline {
  const accountId = greatestText(timeline.accountId, envelope.accountId)
  const displayNumber = greatestText(timeline.displayNumber, envelope.displayNumber)
  if (accountId === timeline.accountId && displayNumber === timeline.displayNumber) return timeline
  return { ...timeline, accountId, displayNumber }
}

/** Statuses come live alone; what may be part of a history has a field that says so. */
function isHistorical({ data }: MessageEvent): boolean {
  return 'historical' in data && data.historical
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
    case 'MessageMarkedRead':
      return false
  }
}
