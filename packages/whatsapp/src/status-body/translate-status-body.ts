import { type WhatsAppEvent } from '@wabastream/contracts'
import { toDigits } from '../body/account-number.ts'
import { ContactList } from '../body/contact-list.ts'
import { ITEMS_MAX } from '../body/items-max.ts'
import { toIdText, toSharedId, toText } from '../body/json.ts'
import {
  isTimeHeld,
  type ItemContext,
  toEnvelope,
  type WebhookContext,
} from '../items/item-context.ts'
import { addressOf, type Person } from '../items/contacts.ts'
import { NO_CONTACTS, type Scope } from '../body/walk-webhook.ts'
import { toMessageId } from '../items/message-id.ts'
import { toFutureMs } from '../items/provider-time.ts'
import { type ScannedStatus, scanStatusBody } from './scan-status-body.ts'

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
  const { contacts, metadata, statuses } = scanned.value
  const number = toSharedId(metadata.number)
  if (number === null || statuses.length > ITEMS_MAX) return undefined
  const scope: Scope = {
    number,
    displayNumber: toDigits(metadata.displayNumber),
    accountId: toSharedId(scanned.accountId),
    contacts: contacts === null ? NO_CONTACTS : new ContactList(contacts),
    isLoneMessage: false,
    thread: null,
  }
  const events: WhatsAppEvent[] = []
  for (const [itemIndex, status] of statuses.entries()) {
    const event = toStatusEvent(status, scope, { webhook, number, scope, itemIndex })
    if (event === undefined) return undefined
    events.push(event)
  }
  return events
}

function toStatusEvent(
  item: ScannedStatus,
  scope: Scope,
  context: ItemContext,
): WhatsAppEvent | undefined {
  const { conversation, pricing, timestamp } = item
  const messageId = toMessageId(item.id)
  const status = toText(item.status)
  if (messageId === null || status === null) return undefined
  const expiresAt = conversation.expiresAt ?? ''
  const conversationExpiresAt = toFutureMs(expiresAt)
  if (conversationExpiresAt === null && expiresAt !== '') return undefined
  const kind = 'MessageStatusChanged'
  const fact = { kind, messageId, status, statusType: '', participant: '', time: timestamp }
  const envelope = toEnvelope(fact, context)
  if (!isTimeHeld(envelope)) return undefined
  const recipient = recipientOf(item, scope)
  return {
    type: kind,
    data: {
      envelope,
      messageId,
      participant: '',
      status,
      recipientId: recipient.id,
      recipientUserId: recipient.userId,
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
      recipientParentUserId: recipient.parentUserId,
      username: recipient.username,
      unread: null,
      otherwiseWrittenId: recipient.otherwiseWrittenId,
    },
  }
}

/** Most are a number and nothing else: what else there may be is costly to look for. */
function recipientOf(
  { recipientId, recipientParentUserId, recipientUserId }: ScannedStatus,
  scope: Scope,
): Person {
  const isAlone = scope.contacts === NO_CONTACTS && recipientUserId === null
  if (isAlone && recipientParentUserId === null && DIGITS.test(recipientId ?? '')) {
    return { ...NOBODY, id: recipientId }
  }
  const status = {
    recipient_id: recipientId,
    recipient_user_id: recipientUserId,
    recipient_parent_user_id: recipientParentUserId,
  }
  return addressOf(status, scope).recipient
}

const DIGITS = /^\d+$/
const NOBODY: Person = {
  id: null,
  userId: null,
  parentUserId: null,
  name: null,
  username: null,
  otherwiseWrittenId: null,
}
