import {
  type MessageStatusChanged,
  type PaymentStatusChanged,
  type Rung,
} from '@wabastream/contracts'
import { addGroup } from './act-facts.ts'
import { addContact } from './contact.ts'
import { earliest, greatestText, latest } from './joins.ts'
import { parseRung, rungBit, rungTime } from './ladder.ts'
import { withLaterTime } from './later-times.ts'
import { paymentRank, paymentStatusOf } from './payment-rank.ts'
import { addPrice } from './price.ts'
import { type TimelineDraft } from './timeline-draft.ts'

/** An unknown word reports nothing: not even the fields beside it are used. */
export function addStatus(draft: TimelineDraft, status: MessageStatusChanged): void {
  if (!addStatusWord(draft, status)) return
  addPrice(draft, status)
  draft.conversationId = greatestText(draft.conversationId, status.conversationId)
  draft.conversationOrigin = greatestText(draft.conversationOrigin, status.conversationOrigin)
  draft.callbackData = greatestText(draft.callbackData, status.callbackData)
  addGroup(draft, status)
  addRecipient(draft, status)
}

/** False for an unknown word. */
function addStatusWord(
  draft: TimelineDraft,
  { status, envelope, errors }: MessageStatusChanged,
): boolean {
  const at = envelope.providerTime
  switch (status) {
    case 'failed':
      addFailure(draft, at, errors)
      return true
    case 'deleted':
      addDeletion(draft, at)
      return true
    case 'warning':
      draft.outbound = true
      draft.warned = true
      return true
    default: {
      const rung = parseRung(status)
      if (rung !== undefined) addRung(draft, rung, at)
      return rung !== undefined
    }
  }
}

/** Only the business's messages climb the ladder. A rung without a time is still a rung. */
export function addRung(draft: TimelineDraft, rung: Rung, at: number | null): void {
  const known = rungTime(draft, rung)
  const first = earliest(known, at)
  draft.outbound = true
  draft.rungs |= rungBit(rung)
  draft.laterTimes = withLaterTime(draft.laterTimes, rung, { first: known, at })
  switch (rung) {
    case 'sent':
      draft.sentAt = first
      return
    case 'delivered':
      draft.deliveredAt = first
      return
    case 'read':
      draft.readAt = first
      return
    case 'played':
      draft.playedAt = first
  }
}

export function addFailure(
  draft: TimelineDraft,
  at: number | null,
  errors: MessageStatusChanged['errors'],
): void {
  draft.outbound = true
  draft.failed = true
  draft.laterTimes = withLaterTime(draft.laterTimes, 'failed', { first: draft.failedAt, at })
  draft.failedAt = earliest(draft.failedAt, at)
  for (const { code } of errors) draft.failureCode = latest(draft.failureCode, code)
}

/** Says that the customer deleted a message of theirs, not that they said anything. */
function addDeletion(draft: TimelineDraft, at: number | null): void {
  draft.deleted = true
  draft.deletedAt = earliest(draft.deletedAt, at)
}

/**
 * The furthest status wins; one of the same rank may bring an earlier time. Unknown words say
 * nothing.
 */
export function addPayment(draft: TimelineDraft, payment: PaymentStatusChanged): void {
  const status = paymentStatusOf(payment)
  const rank = paymentRank(status)
  if (rank === 0) return
  const known = draft.paymentStatus === null ? 0 : paymentRank(draft.paymentStatus)
  const at = payment.envelope.providerTime
  if (rank > known) {
    draft.paymentStatus = status
    draft.paymentAt = at
  } else if (rank === known) {
    draft.paymentAt = earliest(draft.paymentAt, at)
  }
  draft.outbound = true
  addRecipient(draft, payment)
}

function addRecipient(
  draft: TimelineDraft,
  named: Pick<
    MessageStatusChanged,
    'recipientId' | 'recipientUserId' | 'recipientParentUserId' | 'username'
  >,
): void {
  addContact(draft, {
    contactId: named.recipientId,
    contactUserId: named.recipientUserId,
    contactParentUserId: named.recipientParentUserId,
    username: named.username,
  })
}
