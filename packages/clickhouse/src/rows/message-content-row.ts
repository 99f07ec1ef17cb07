import { type WhatsAppEvent } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const messageContentColumns = [
  'number',
  'received_at',
  'message_id',
  'raw_partition',
  'raw_offset',
  'item_index',
  'event_type',
  'event_id',
  'event_at',
  'message_type',
  'from_business',
  'contact_id',
  'contact_user_id',
  'text',
  'contact_name',
  'content',
  'unread',
] as const

/** What an event holds that a person said or is called, and what nobody reads. */
interface Content {
  readonly messageId: string
  readonly messageType: string
  readonly fromBusiness: boolean
  readonly contactId: string | null
  readonly contactUserId: string | null
  readonly text: string | null
  readonly contactName: string | null
  /** JSON texts. */
  readonly content: string | null
  readonly unread: string | null
}

/** Whether the event has a row of `message_content`. */
export function hasContent(event: WhatsAppEvent): boolean {
  const given = contentOf(event)
  return given !== undefined && isSomething(given)
}

function isSomething({ contactName, content, text, unread }: Content): boolean {
  return text !== null || content !== null || contactName !== null || unread !== null
}

/**
 * The row of `message_content`: under the key of the event's own row, so that they can be joined.
 * Undefined where the event says nothing.
 */
export function toMessageContentRow(
  event: WhatsAppEvent,
): Row<typeof messageContentColumns> | undefined {
  const given = contentOf(event)
  if (given === undefined || !isSomething(given)) return undefined
  const { envelope } = event.data
  return [
    envelope.number,
    envelope.receivedAt,
    given.messageId,
    envelope.rawPartition,
    envelope.rawOffset,
    envelope.itemIndex,
    event.type,
    envelope.eventId,
    envelope.providerTime,
    given.messageType,
    given.fromBusiness,
    given.contactId ?? '',
    given.contactUserId ?? '',
    given.text ?? '',
    given.contactName ?? '',
    given.content ?? '',
    given.unread ?? '',
  ]
}

/** What somebody says comes with what nobody reads of it. */
type EventWithContent = Extract<
  WhatsAppEvent,
  { readonly data: { readonly unread: string | null } }
>

function mayHaveContent(event: WhatsAppEvent): event is EventWithContent {
  return 'unread' in event.data
}

function contentOf(event: WhatsAppEvent): Content | undefined {
  if (!mayHaveContent(event)) return undefined
  // Most events are these, and few of them hold what nobody reads.
  if (event.type === 'MessageStatusChanged' && event.data.unread === null) return undefined
  switch (event.type) {
    case 'MessageReceived':
      return {
        messageId: event.data.messageId,
        messageType: event.data.messageType,
        fromBusiness: false,
        contactId: event.data.fromId,
        contactUserId: event.data.fromUserId,
        text: event.data.text,
        contactName: event.data.contactName,
        content: event.data.content,
        unread: event.data.unread,
      }
    case 'MessageEchoed':
      return {
        messageId: event.data.messageId,
        messageType: event.data.messageType,
        fromBusiness: true,
        contactId: event.data.recipientId,
        contactUserId: event.data.recipientUserId,
        text: event.data.text,
        contactName: null,
        content: event.data.content,
        unread: event.data.unread,
      }
    case 'MessageEdited':
    case 'MessageReacted':
    case 'MessageRevoked':
      return {
        messageId: event.data.targetMessageId,
        messageType: '',
        fromBusiness: event.data.fromBusiness,
        contactId: event.data.actorId,
        contactUserId: event.data.actorUserId,
        text: 'text' in event.data ? event.data.text : null,
        contactName: event.data.contactName,
        content: event.data.content,
        unread: event.data.unread,
      }
    case 'MessageStatusChanged':
    case 'PaymentStatusChanged':
      return {
        messageId: event.data.messageId,
        messageType: '',
        fromBusiness: true,
        contactId: event.data.recipientId,
        contactUserId: event.data.recipientUserId,
        text: null,
        contactName: null,
        content: 'content' in event.data ? event.data.content : null,
        unread: event.data.unread,
      }
    case 'ErrorReported':
      return {
        messageId: '',
        messageType: '',
        fromBusiness: false,
        contactId: null,
        contactUserId: null,
        text: null,
        contactName: null,
        content: null,
        unread: event.data.unread,
      }
  }
}
