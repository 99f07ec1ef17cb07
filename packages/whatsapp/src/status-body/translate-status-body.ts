import { type WhatsAppEvent } from '@wabastream/contracts'
import { toDigits } from '../body/account-number.ts'
import { toIdText, toSharedId, toText } from '../body/json.ts'
import {
  isTimeHeld,
  type ItemContext,
  toEnvelope,
  type WebhookContext,
} from '../items/item-context.ts'
import { toMessageId } from '../items/message-id.ts'
import { toFutureMs } from '../items/provider-time.ts'
import { type ScannedStatus, scanStatusBody } from './scan-status-body.ts'

const DIGITS = /^\d+$/

/**
 * Events of a body that holds nothing but plain statuses of messages to single persons, in order;
 * undefined for every other body. The events are those of `translateWebhook`, which takes all
 * bodies: what would be a dead letter there, or leave something unread, is not taken here.
 */
export function translateStatusBody(
  body: Uint8Array,
  text: string,
  webhook: WebhookContext,
): readonly WhatsAppEvent[] | undefined {
  const scanned = scanStatusBody(body, text)
  if (!scanned?.value?.metadata || !scanned.value.statuses) return undefined
  const { metadata, statuses } = scanned.value
  const number = toSharedId(metadata.number)
  if (number === null) return undefined
  const displayNumber = toDigits(metadata.displayNumber)
  const scope = { accountId: toSharedId(scanned.accountId), displayNumber }
  const events: WhatsAppEvent[] = []
  for (const [itemIndex, status] of statuses.entries()) {
    const event = toStatusEvent(status, { webhook, number, scope, itemIndex })
    if (event === undefined) return undefined
    events.push(event)
  }
  return events
}

function toStatusEvent(item: ScannedStatus, context: ItemContext): WhatsAppEvent | undefined {
  const { conversation, pricing, recipientId, timestamp } = item
  const messageId = toMessageId(item.id)
  const status = toText(item.status)
  if (messageId === null || status === null || !DIGITS.test(recipientId ?? '')) return undefined
  const expiresAt = conversation.expiresAt ?? ''
  const conversationExpiresAt = toFutureMs(expiresAt)
  if (conversationExpiresAt === null && expiresAt !== '') return undefined
  const kind = 'MessageStatusChanged'
  const fact = { kind, messageId, status, statusType: '', participant: '', time: timestamp }
  const envelope = toEnvelope(fact, context)
  if (!isTimeHeld(envelope)) return undefined
  return {
    type: kind,
    data: {
      envelope,
      messageId,
      participant: '',
      status,
      recipientId,
      recipientUserId: null,
      groupId: null,
      conversationId: toIdText(conversation.id),
      conversationOrigin: toText(conversation.originType),
      conversationExpiresAt,
      pricingModel: toText(pricing.model),
      pricingType: toText(pricing.type),
      pricingCategory: toText(pricing.category),
      billable: pricing.billable,
      callbackData: toText(item.callbackData),
      errors: [],
      recipientParentUserId: null,
      username: null,
      unread: null,
      otherwiseWrittenId: null,
    },
  }
}
