import {
  type ErrorDetail,
  type EventEnvelope,
  type MessageEchoed,
  type MessageReceived,
  type MessageReplied,
  type MessageStatusChanged,
  type PaymentStatusChanged,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { type Cell, positionsOf } from './cells.ts'
import { hasContent } from './message-content-row.ts'

export const messageEventColumns = [
  'number',
  'received_at',
  'message_id',
  'raw_partition',
  'raw_offset',
  'item_index',
  'event_type',
  'event_id',
  'channel',
  'receipt_id',
  'event_at',
  'time_problem',
  'participant',
  'carrier_id',
  'from_business',
  'status',
  'message_type',
  'contact_id',
  'contact_user_id',
  'group_id',
  'emoji',
  'in_reply_to',
  'forwarded',
  'historical',
  'historical_status',
  'media_id',
  'mime_type',
  'reply_id',
  'referral_source_id',
  'referral_click_id',
  'conversation_id',
  'conversation_origin',
  'conversation_expires_at',
  'pricing_model',
  'pricing_type',
  'pricing_category',
  'billable',
  'callback_data',
  'error_codes',
  'payment_reference_id',
  'payment_transaction_id',
  'payment_amount_value',
  'payment_amount_offset',
  'payment_currency',
  'field',
  'account_id',
  'display_number',
  'contact_parent_user_id',
  'username',
  'new_contact_id',
  'new_contact_user_id',
  'payment_refunded_value',
  'has_content',
  'template_name',
  'template_category',
] as const

type EventColumn = (typeof messageEventColumns)[number]

const at = positionsOf(messageEventColumns)

/**
 * The row of `message_events`: every event has exactly one, keyed by the message it is about. Texts
 * and names stand in its row of `message_content`, if it has one.
 */
export function toMessageEventRow(event: WhatsAppEvent): readonly Cell[] {
  const row = toEnvelopeRow(event)
  row[at.has_content] = hasContent(event)
  switch (event.type) {
    case 'MessageReceived':
      return fillReceived(row, event.data)
    case 'MessageEchoed':
      return fillEchoed(row, event.data)
    case 'MessageStatusChanged':
      return fillStatus(row, event.data)
    case 'PaymentStatusChanged':
      return fillPayment(row, event.data)
    case 'MessageReacted':
      row[at.emoji] = event.data.emoji
      return fillAct(row, event.data)
    case 'MessageEdited':
    case 'MessageRevoked':
    case 'MessageReplied':
      return fillAct(row, event.data)
    case 'MessageMarkedRead':
      row[at.message_id] = event.data.messageId
      row[at.status] = event.data.askedBy
      return row
    case 'ErrorReported':
      row[at.error_codes] = toCodes([event.data.error])
      return row
    case 'AccountEventReceived':
      row[at.field] = event.data.field
      row[at.status] = event.data.event ?? ''
      return row
  }
}

function toEnvelopeRow({
  type,
  data: { envelope },
}: {
  readonly type: string
  readonly data: { readonly envelope: EventEnvelope }
}): Cell[] {
  const row = BLANK.slice()
  row[at.number] = envelope.number
  row[at.received_at] = envelope.receivedAt
  row[at.raw_partition] = envelope.rawPartition
  row[at.raw_offset] = envelope.rawOffset
  row[at.item_index] = envelope.itemIndex
  row[at.event_type] = type
  row[at.event_id] = envelope.eventId
  row[at.channel] = envelope.channel
  row[at.receipt_id] = envelope.receiptId
  row[at.event_at] = envelope.providerTime
  row[at.time_problem] = envelope.timeProblem ?? ''
  row[at.account_id] = envelope.accountId ?? ''
  row[at.display_number] = envelope.displayNumber ?? ''
  return row
}

function fillReceived(row: Cell[], message: MessageReceived): readonly Cell[] {
  row[at.message_id] = message.messageId
  row[at.message_type] = message.messageType
  row[at.contact_id] = message.fromId ?? ''
  row[at.contact_user_id] = message.fromUserId ?? ''
  row[at.group_id] = message.groupId ?? ''
  row[at.in_reply_to] = message.inReplyTo ?? ''
  row[at.forwarded] = message.forwarded
  row[at.media_id] = message.mediaId ?? ''
  row[at.mime_type] = message.mimeType ?? ''
  row[at.reply_id] = message.replyId ?? ''
  row[at.referral_source_id] = message.referralSourceId ?? ''
  row[at.referral_click_id] = message.referralClickId ?? ''
  row[at.historical] = message.historical
  row[at.contact_parent_user_id] = message.fromParentUserId ?? ''
  row[at.username] = message.username ?? ''
  row[at.new_contact_id] = message.newFromId ?? ''
  row[at.new_contact_user_id] = message.newFromUserId ?? ''
  row[at.error_codes] = toCodes(message.errors)
  return row
}

function fillEchoed(row: Cell[], message: MessageEchoed): readonly Cell[] {
  row[at.message_id] = message.messageId
  row[at.message_type] = message.messageType
  row[at.contact_id] = message.recipientId ?? ''
  row[at.contact_user_id] = message.recipientUserId ?? ''
  row[at.group_id] = message.groupId ?? ''
  row[at.in_reply_to] = message.inReplyTo ?? ''
  row[at.historical] = message.historical
  row[at.historical_status] = message.historicalStatus ?? ''
  row[at.contact_parent_user_id] = message.recipientParentUserId ?? ''
  row[at.username] = message.username ?? ''
  row[at.template_name] = message.templateName ?? ''
  row[at.template_category] = message.templateCategory ?? ''
  return row
}

function fillStatus(row: Cell[], status: MessageStatusChanged): readonly Cell[] {
  row[at.message_id] = status.messageId
  row[at.participant] = status.participant
  row[at.status] = status.status
  row[at.contact_id] = status.recipientId ?? ''
  row[at.contact_user_id] = status.recipientUserId ?? ''
  row[at.group_id] = status.groupId ?? ''
  row[at.conversation_id] = status.conversationId ?? ''
  row[at.conversation_origin] = status.conversationOrigin ?? ''
  row[at.conversation_expires_at] = status.conversationExpiresAt
  row[at.pricing_model] = status.pricingModel ?? ''
  row[at.pricing_type] = status.pricingType ?? ''
  row[at.pricing_category] = status.pricingCategory ?? ''
  row[at.billable] = status.billable
  row[at.callback_data] = status.callbackData ?? ''
  row[at.contact_parent_user_id] = status.recipientParentUserId ?? ''
  row[at.username] = status.username ?? ''
  row[at.error_codes] = toCodes(status.errors)
  return row
}

function fillPayment(row: Cell[], payment: PaymentStatusChanged): readonly Cell[] {
  row[at.message_id] = payment.messageId
  row[at.status] = payment.status
  row[at.contact_id] = payment.recipientId ?? ''
  row[at.contact_user_id] = payment.recipientUserId ?? ''
  row[at.payment_reference_id] = payment.referenceId ?? ''
  row[at.payment_transaction_id] = payment.transactionId ?? ''
  row[at.payment_amount_value] = payment.amountValue
  row[at.payment_amount_offset] = payment.amountOffset
  row[at.payment_currency] = payment.currency ?? ''
  row[at.payment_refunded_value] = payment.refundedValue
  row[at.contact_parent_user_id] = payment.recipientParentUserId ?? ''
  row[at.username] = payment.username ?? ''
  row[at.error_codes] = toCodes(payment.errors)
  return row
}

/**
 * What was done to a message: the row belongs to that message, not to the one that carried the
 * news.
 */
function fillAct(row: Cell[], act: Omit<MessageReplied, 'envelope'>): readonly Cell[] {
  row[at.message_id] = act.targetMessageId
  row[at.carrier_id] = act.messageId
  row[at.from_business] = act.fromBusiness
  row[at.contact_id] = act.actorId ?? ''
  row[at.contact_user_id] = act.actorUserId ?? ''
  row[at.group_id] = act.groupId ?? ''
  row[at.historical] = act.historical
  row[at.contact_parent_user_id] = act.actorParentUserId ?? ''
  row[at.username] = act.username ?? ''
  return row
}

function toCodes(errors: readonly ErrorDetail[]): readonly Cell[] {
  if (errors.length === 0) return NO_CODES
  return errors.map(({ code }) => code).filter((code) => code !== null)
}

const NO_CODES: readonly Cell[] = []

/** Columns whose empty cell is not an empty text. */
const BLANKS: Partial<Record<EventColumn, Cell>> = {
  event_at: null,
  from_business: null,
  emoji: null,
  forwarded: false,
  historical: false,
  conversation_expires_at: null,
  billable: null,
  error_codes: NO_CODES,
  payment_amount_value: null,
  payment_amount_offset: null,
  payment_refunded_value: null,
  has_content: false,
}

const BLANK: readonly Cell[] = messageEventColumns.map((column) => {
  const blank = BLANKS[column]
  return blank === undefined ? '' : blank
})
