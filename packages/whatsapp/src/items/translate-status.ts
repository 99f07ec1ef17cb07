import { type MessageEvent } from '@wabastream/contracts'
import { addressOf } from './contacts.ts'
import { toErrorDetails } from './error-details.ts'
import { type FactIdentity } from './event-id.ts'
import { type ItemContext, toEnvelope } from './item-context.ts'
import { type JsonObject, toInteger, toIdText, toObject, toText } from '../body/json.ts'
import { describeIdProblem, toMessageId } from './message-id.ts'
import { toFutureMs } from './provider-time.ts'
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
  const conversation = toObject(item['conversation'])
  // Group examples of the provider nest the pricing once.
  const pricing = toObject(item['pricing']) ?? toObject(conversation?.['pricing'])
  const billable = pricing?.['billable']
  return {
    type: 'MessageStatusChanged',
    data: {
      envelope: toEnvelope(toFact(read, 'MessageStatusChanged', address.participant), read.context),
      messageId,
      participant: address.participant,
      status,
      recipientId: address.recipientId,
      recipientUserId: address.recipientUserId,
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
    },
  }
}

/** A payment shares only its id and words with the message that asked for it. */
function toPaymentStatus(read: ReadStatus): MessageEvent {
  const { item, messageId, status } = read
  const address = addressOf(item, read.scope)
  const payment = toObject(item['payment'])
  const amount = toObject(payment?.['amount'])
  return {
    type: 'PaymentStatusChanged',
    data: {
      envelope: toEnvelope(toFact(read, 'PaymentStatusChanged', address.participant), read.context),
      messageId,
      status,
      recipientId: address.recipientId,
      recipientUserId: address.recipientUserId,
      referenceId: toIdText(payment?.['reference_id']),
      transactionId: toIdText(toObject(payment?.['transaction'])?.['id']),
      amountValue: toInteger(amount?.['value']),
      amountOffset: toInteger(amount?.['offset']),
      currency: toText(payment?.['currency']),
      errors: toErrorDetails(item['errors']),
    },
  }
}
