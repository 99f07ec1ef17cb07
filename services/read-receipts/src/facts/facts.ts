import {
  INTERNAL_CHANNEL,
  type MessageEchoed,
  type MessageReceived,
  type MessageStatusChanged,
  rawHeaders,
  type RawOrigin,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { toRawWebhook } from '@wabastream/decoding'
import { type KafkaRecord, type TopicPartition } from '@wabastream/processing'
import { translateWebhook } from '@wabastream/whatsapp'
import { type Policy, type PolicyOf } from '../policies/policy-file.ts'

/** Where a message lies in the raw topic. */
export interface Place {
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
  readonly receiptId: string
}

export interface MessageName {
  readonly number: string
  readonly messageId: string
}

/** A customer's message that a policy is about. */
export interface Received extends MessageName {
  readonly kind: 'received'
  readonly policy: 'on_receipt' | 'on_reply'
  readonly channel: string
  /** The customer by each of their ids, or the group. */
  readonly contacts: readonly string[]
  /** When it was written (ms since 1970). */
  readonly atMs: number
  readonly receivedAt: number
  readonly place: Place
}

/** The business sent something to a customer or a group. */
export interface Answered {
  readonly kind: 'answered'
  readonly number: string
  readonly contacts: readonly string[]
  readonly atMs: number
}

/** A message was marked as read. */
export interface Marked extends MessageName {
  readonly kind: 'marked'
}

export type Fact = Received | Answered | Marked

const READING: ReadonlySet<Policy> = new Set(['on_receipt', 'on_reply'])
const NOTHING: readonly Fact[] = []
const IMPORTED: RawOrigin = 'imported'
/** Nobody wrote them, so nobody waits for blue ticks. */
const NOTICES: ReadonlySet<string> = new Set(['system', 'request_welcome'])

/**
 * What a raw record says that matters here. Most channels are passed over by their name, unread;
 * what can't be read is a dead letter of the decoder, and nothing here.
 */
export function toFacts(
  record: KafkaRecord,
  source: TopicPartition,
  policyOf: PolicyOf,
): readonly Fact[] {
  const channel = record.headerText(rawHeaders.channel) ?? ''
  const policy = policyOf(channel)
  if (channel !== INTERNAL_CHANNEL && !READING.has(policy)) return NOTHING
  // Of former years, whatever its time of receipt says: nobody waits for ticks.
  if (record.headerText(rawHeaders.origin) === IMPORTED) return NOTHING
  const { body, context } = toRawWebhook(record, source)
  return translateWebhook(body, context).events.flatMap((event) => toFact(event, policy))
}

/** Most events say nothing that matters here, and neither does one that is added later. */
function toFact({ data, type }: WhatsAppEvent, policy: Policy): readonly Fact[] {
  if (type === 'MessageMarkedRead') {
    return [{ kind: 'marked', number: data.envelope.number, messageId: data.messageId }]
  }
  if (type === 'MessageReceived') return toReceived(data, policy)
  if (type === 'MessageEchoed') return data.historical ? NOTHING : toAnswered(data, policy)
  if (type !== 'MessageStatusChanged') return NOTHING
  // A later status says when it was delivered, not when somebody answered.
  return data.status === 'sent' ? toAnswered(data, policy) : NOTHING
}

function toReceived(message: MessageReceived, policy: Policy): readonly Fact[] {
  const { envelope, fromId, fromUserId, groupId, historical, messageId, messageType } = message
  const isMeant = policy === 'on_receipt' || policy === 'on_reply'
  if (!isMeant || historical || NOTICES.has(messageType)) return NOTHING
  const { channel, itemIndex, number, rawOffset, rawPartition, receiptId, receivedAt } = envelope
  return [
    {
      kind: 'received',
      policy,
      number,
      messageId,
      channel,
      contacts: contactsOf({ groupId, id: fromId, userId: fromUserId }),
      atMs: envelope.providerTime ?? receivedAt,
      receivedAt,
      place: { partition: rawPartition, offset: rawOffset, itemIndex, receiptId },
    },
  ]
}

function toAnswered(
  sent: MessageEchoed | MessageStatusChanged,
  policy: Policy,
): readonly Answered[] {
  if (policy !== 'on_reply') return []
  const { envelope, groupId, recipientId, recipientUserId } = sent
  return [
    {
      kind: 'answered',
      number: envelope.number,
      contacts: contactsOf({ groupId, id: recipientId, userId: recipientUserId }),
      atMs: envelope.providerTime ?? envelope.receivedAt,
    },
  ]
}

/** An answer to a group answers its messages, and none that a member wrote elsewhere. */
function contactsOf(given: {
  readonly groupId: string | null
  readonly id: string | null
  readonly userId: string | null
}): readonly string[] {
  const { groupId, id, userId } = given
  if (groupId !== null) return [`group ${groupId}`]
  return [...(id === null ? [] : [`person ${id}`]), ...(userId === null ? [] : [`user ${userId}`])]
}
