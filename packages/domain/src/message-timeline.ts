import {
  type EventEnvelope,
  isSameTimeline,
  type MessageEvent,
  type MessageTimeline,
  targetOf,
} from '@wabastream/contracts'
import { addEdit, addGroup, addMark, addReply, addRevocation } from './act-facts.ts'
import { greatestText } from './joins.ts'
import { addEchoed, addReceived } from './message-facts.ts'
import { addReaction } from './reactions.ts'
import { addPayment, addStatus } from './status-facts.ts'
import { type TimelineDraft } from './timeline-draft.ts'

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
  const draft = { ...timeline }
  addFacts(draft, event)
  addReceipt(draft, event.data.envelope.receivedAt)
  return isSameTimeline(draft, timeline) ? timeline : draft
}

/** Whether everything that the event reports is already known, even if it comes again later. */
export function isDuplicate(timeline: MessageTimeline, event: MessageEvent): boolean {
  const draft = { ...timeline }
  addFacts(draft, event)
  return isSameTimeline(draft, timeline)
}

function addFacts(draft: TimelineDraft, event: MessageEvent): void {
  addItsOwnFacts(draft, event)
  addProvenance(draft, isHistorical(event))
  addNumber(draft, event.data.envelope)
}

/** Returns the draft only so that the compiler names an event that is left out. */
function addItsOwnFacts(draft: TimelineDraft, event: MessageEvent): TimelineDraft {
  switch (event.type) {
    case 'MessageReceived':
      addReceived(draft, event.data)
      return draft
    case 'MessageEchoed':
      addEchoed(draft, event.data)
      return draft
    case 'MessageStatusChanged':
      addStatus(draft, event.data)
      return draft
    case 'PaymentStatusChanged':
      addPayment(draft, event.data)
      return draft
    case 'MessageMarkedRead':
      addMark(draft, event.data)
      return draft
    case 'MessageReacted':
    case 'MessageEdited':
    case 'MessageRevoked':
    case 'MessageReplied':
      addAct(draft, event)
      return draft
  }
}

type Act = Extract<
  MessageEvent,
  { readonly type: 'MessageReacted' | 'MessageEdited' | 'MessageRevoked' | 'MessageReplied' }
>

function addAct(draft: TimelineDraft, act: Act): void {
  addGroup(draft, act.data)
  switch (act.type) {
    case 'MessageReacted':
      addReaction(draft, act.data)
      return
    case 'MessageEdited':
      addEdit(draft, act.data)
      return
    case 'MessageRevoked':
      addRevocation(draft, act.data)
      return
    case 'MessageReplied':
      addReply(draft, act.data)
  }
}

function addReceipt(draft: TimelineDraft, receivedAt: number): void {
  if (receivedAt > draft.lastReceivedAt) draft.lastReceivedAt = receivedAt
  else if (receivedAt < draft.firstReceivedAt) draft.firstReceivedAt = receivedAt
}

/**
 * A message is historical where every fact about it came from a history: one live fact makes it
 * live for good, also when a history repeats it later. Earlier versions did not write `live`.
 */
function addProvenance(draft: TimelineDraft, isHistoricalFact: boolean): void {
  if (!isHistoricalFact) {
    if (draft.historical) draft.live = true
  } else if (!draft.historical) {
    draft.historical = true
    draft.live = true
  }
}

function addNumber(draft: TimelineDraft, envelope: EventEnvelope): void {
  draft.accountId = greatestText(draft.accountId, envelope.accountId)
  draft.displayNumber = greatestText(draft.displayNumber, envelope.displayNumber)
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
