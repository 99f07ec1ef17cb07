import {
  type MessageStatusChanged,
  type MessageTimeline,
  type PaymentStatusChanged,
  type Rung,
} from '@wabastream/contracts'
import { withGroup } from './act-facts.ts'
import { withContact } from './contact.ts'
import { earliest, greatestText, latest } from './joins.ts'
import { parseRung, rungBit, rungTime } from './ladder.ts'
import { withLaterTime } from './later-times.ts'
import { paymentRank, paymentStatusOf } from './payment-rank.ts'
import { withPrice } from './price.ts'

// Each function returns the timeline it got when the event adds nothing to it.

/** An unknown word reports nothing: not even the fields beside it are used. */
export function withStatus(
  timeline: MessageTimeline,
  status: MessageStatusChanged,
): MessageTimeline {
  const known = withStatusWord(timeline, status)
  if (known === undefined) return timeline
  return withRecipient(withConversation(withPrice(known, status), status), status)
}

function withStatusWord(
  timeline: MessageTimeline,
  { status, envelope, errors }: MessageStatusChanged,
): MessageTimeline | undefined {
  const at = envelope.providerTime
  switch (status) {
    case 'failed':
      return withFailure(timeline, at, errors)
    case 'deleted':
      return withDeletion(timeline, at)
    case 'warning':
      return withWarning(timeline)
    default: {
      const rung = parseRung(status)
      return rung === undefined ? undefined : withRung(timeline, rung, at)
    }
  }
}

/** Only the business's messages climb the ladder. A rung without a time is still a rung. */
export function withRung(
  timeline: MessageTimeline,
  rung: Rung,
  at: number | null,
): MessageTimeline {
  const rungs = timeline.rungs | rungBit(rung)
  const known = rungTime(timeline, rung)
  const first = earliest(known, at)
  const laterTimes = withLaterTime(timeline.laterTimes, rung, { first: known, at })
  const isKnown =
    rungs === timeline.rungs &&
    first === known &&
    timeline.outbound &&
    laterTimes === timeline.laterTimes
  if (isKnown) return timeline
  switch (rung) {
    case 'sent':
      return { ...timeline, outbound: true, rungs, sentAt: first, laterTimes }
    case 'delivered':
      return { ...timeline, outbound: true, rungs, deliveredAt: first, laterTimes }
    case 'read':
      return { ...timeline, outbound: true, rungs, readAt: first, laterTimes }
    case 'played':
      return { ...timeline, outbound: true, rungs, playedAt: first, laterTimes }
  }
}

function withWarning(timeline: MessageTimeline): MessageTimeline {
  if (timeline.warned && timeline.outbound) return timeline
  return { ...timeline, outbound: true, warned: true }
}

export function withFailure(
  timeline: MessageTimeline,
  at: number | null,
  errors: MessageStatusChanged['errors'],
): MessageTimeline {
  const failedAt = earliest(timeline.failedAt, at)
  const laterTimes = withLaterTime(timeline.laterTimes, 'failed', { first: timeline.failedAt, at })
  const failureCode = errors.reduce((code, error) => latest(code, error.code), timeline.failureCode)
  const isKnown =
    timeline.failed &&
    timeline.outbound &&
    failedAt === timeline.failedAt &&
    failureCode === timeline.failureCode &&
    laterTimes === timeline.laterTimes
  if (isKnown) return timeline
  return { ...timeline, outbound: true, failed: true, failedAt, failureCode, laterTimes }
}

/** Says that the customer deleted a message of theirs, not that they said anything. */
function withDeletion(timeline: MessageTimeline, at: number | null): MessageTimeline {
  const deletedAt = earliest(timeline.deletedAt, at)
  const isKnown = timeline.deleted && deletedAt === timeline.deletedAt
  return isKnown ? timeline : { ...timeline, deleted: true, deletedAt }
}

function withConversation(
  timeline: MessageTimeline,
  status: MessageStatusChanged,
): MessageTimeline {
  const conversationId = greatestText(timeline.conversationId, status.conversationId)
  const conversationOrigin = greatestText(timeline.conversationOrigin, status.conversationOrigin)
  const isKnown =
    conversationId === timeline.conversationId && conversationOrigin === timeline.conversationOrigin
  return isKnown ? timeline : { ...timeline, conversationId, conversationOrigin }
}

function withRecipient(timeline: MessageTimeline, status: MessageStatusChanged): MessageTimeline {
  const known = withContact(withGroup(timeline, status), {
    contactId: status.recipientId,
    contactUserId: status.recipientUserId,
    contactParentUserId: status.recipientParentUserId,
    username: status.username,
  })
  const callbackData = greatestText(known.callbackData, status.callbackData)
  return callbackData === known.callbackData ? known : { ...known, callbackData }
}

/**
 * The furthest status wins; one of the same rank may bring an earlier time. Unknown words say
 * nothing.
 */
export function withPayment(
  timeline: MessageTimeline,
  payment: PaymentStatusChanged,
): MessageTimeline {
  const status = paymentStatusOf(payment)
  const rank = paymentRank(status)
  const known = timeline.paymentStatus === null ? 0 : paymentRank(timeline.paymentStatus)
  if (rank === 0) return timeline
  if (rank < known) return withPayer(timeline, payment)
  const at = payment.envelope.providerTime
  const paymentAt = rank > known ? at : earliest(timeline.paymentAt, at)
  const isKnown = rank === known && paymentAt === timeline.paymentAt
  const paid = isKnown ? timeline : { ...timeline, paymentStatus: status, paymentAt }
  return withPayer(paid, payment)
}

function withPayer(timeline: MessageTimeline, payment: PaymentStatusChanged): MessageTimeline {
  const known = withContact(timeline, {
    contactId: payment.recipientId,
    contactUserId: payment.recipientUserId,
    contactParentUserId: payment.recipientParentUserId,
    username: payment.username,
  })
  return known.outbound ? known : { ...known, outbound: true }
}
