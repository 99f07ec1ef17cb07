import { type MessageEvent } from '@wabastream/contracts'
import { addressOf, isInGroup } from './contacts.ts'
import { toErrorDetails } from './error-details.ts'
import { type FactIdentity } from './event-id.ts'
import {
  HELD_OF_GROUP_PAYMENT,
  HELD_OF_GROUP_STATUS,
  HELD_OF_PAYMENT,
  HELD_OF_STATUS,
} from './held.ts'
import { isTimeHeld, type ItemContext, toEnvelope } from './item-context.ts'
import { type JsonObject, toInteger, toIdText, toObject, toText } from '../body/json.ts'
import { describeIdProblem, toMessageId } from './message-id.ts'
import { toFutureMs } from './provider-time.ts'
import { toContentText } from './message-content.ts'
import { unreadOf } from './unread.ts'
import { type Scope } from '../body/walk-webhook.ts'

interface ReadStatus {
  readonly item: JsonObject
  readonly scope: Scope
  readonly context: ItemContext
  readonly messageId: string
  readonly status: string
}

/** The event of one status item; or why it is invalid. The word is kept as given, known or not. */
export function translateStatus(
  item: JsonObject,
  scope: Scope,
  context: ItemContext,
): MessageEvent | string {
  const messageId = toMessageId(item['id'])
  if (messageId === null) return `status id ${describeIdProblem(item['id'])}`
  const status = toText(item['status'])
  if (status === null) return 'status word is missing or not text'
  const read = { item, scope, context, messageId, status }
  return item['type'] === 'payment' ? toPaymentStatus(read) : toMessageStatus(read)
}

/** `type: message` says no more than no type; both are one fact. */
function toFact(read: ReadStatus, kind: MessageEvent['type'], participant: string): FactIdentity {
  const { item, messageId, status } = read
  const given = toText(item['type'])
  const statusType = given === null || given === 'message' ? '' : given
  return { kind, messageId, status, statusType, participant, time: item['timestamp'] }
}

function toMessageStatus(read: ReadStatus): MessageEvent {
  const { item, messageId, status } = read
  const address = addressOf(item, read.scope)
  const { recipient } = address
  const conversation = toObject(item['conversation'])
  // Group examples of the provider nest the pricing once.
  const pricing = toObject(item['pricing']) ?? toObject(conversation?.['pricing'])
  const billable = pricing?.['billable']
  const fact = toFact(read, 'MessageStatusChanged', address.participant)
  const envelope = toEnvelope(fact, read.context)
  const held = isInGroup(item) ? HELD_OF_GROUP_STATUS : HELD_OF_STATUS
  return {
    type: 'MessageStatusChanged',
    data: {
      envelope,
      messageId,
      participant: address.participant,
      status,
      recipientId: recipient.id,
      recipientUserId: recipient.userId,
      groupId: address.groupId,
      conversationId: toIdText(conversation?.['id']),
      conversationOrigin: toText(toObject(conversation?.['origin'])?.['type']),
      conversationExpiresAt: toFutureMs(conversation?.['expiration_timestamp']),
      pricingModel: toText(pricing?.['pricing_model']),
      pricingType: toText(pricing?.['type']),
      pricingCategory: toText(pricing?.['category']),
      billable: typeof billable === 'boolean' ? billable : null,
      callbackData: toText(item['biz_opaque_callback_data']),
      errors: toErrorDetails(item['errors']),
      recipientParentUserId: recipient.parentUserId,
      username: recipient.username,
      unread: unreadOf(item, held, { isTimeHeld: isTimeHeld(envelope) }),
      otherwiseWrittenId: recipient.otherwiseWrittenId,
    },
  }
}

/** A payment shares only its id and words with the message that asked for it. */
function toPaymentStatus(read: ReadStatus): MessageEvent {
  const { item, messageId, status } = read
  const { participant, recipient } = addressOf(item, read.scope)
  const payment = toObject(item['payment'])
  const amount = toObject(payment?.['amount'])
  const refundedValue = sumRefunds(payment?.['refunds'], toInteger(amount?.['offset']))
  const envelope = toEnvelope(toPaymentFact(read, participant, refundedValue), read.context)
  const held = isInGroup(item) ? HELD_OF_GROUP_PAYMENT : HELD_OF_PAYMENT
  const beside = { isTimeHeld: isTimeHeld(envelope), content: 'payment' }
  return {
    type: 'PaymentStatusChanged',
    data: {
      envelope,
      messageId,
      status,
      recipientId: recipient.id,
      recipientUserId: recipient.userId,
      referenceId: toIdText(payment?.['reference_id']),
      transactionId: toIdText(toObject(payment?.['transaction'])?.['id']),
      amountValue: toInteger(amount?.['value']),
      amountOffset: toInteger(amount?.['offset']),
      currency: toText(payment?.['currency']),
      errors: toErrorDetails(item['errors']),
      refundedValue,
      content: toContentText(item, 'payment'),
      unread: unreadOf(item, held, beside),
      recipientParentUserId: recipient.parentUserId,
      username: recipient.username,
    },
  }
}

/** A refund comes under the word that the payment had before, maybe with its time: it is news. */
function toPaymentFact(
  read: ReadStatus,
  participant: string,
  refundedValue: number | null,
): FactIdentity {
  const fact = toFact(read, 'PaymentStatusChanged', participant)
  return refundedValue === null ? fact : { ...fact, statusType: `payment ${refundedValue}` }
}

/**
 * Of those that succeeded, in the offset of the amount, or, where that is unknown, in their own;
 * null where none did (META payments-in/pg).
 */
function sumRefunds(refunds: unknown, offset: number | null): number | null {
  if (!Array.isArray(refunds)) return null
  const values = refunds.flatMap((given: unknown) => {
    const refund = toObject(given)
    const amount = toObject(refund?.['amount'])
    const value = toInteger(amount?.['value'])
    if (refund?.['status'] !== 'success' || value === null) return []
    const own = toInteger(amount?.['offset']) ?? 0
    return [own > 0 && offset !== null ? Math.round((value * offset) / own) : value]
  })
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0)
}
