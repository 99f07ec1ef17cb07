import {
  type EventEnvelope,
  type MessageEchoed,
  type MessageEvent,
  type MessageReceived,
  type MessageRevoked,
  type MessageStatusChanged,
} from '@wabastream/contracts'
import { eventFields, type Identity } from './event-fields.ts'
import { type EventOf, fieldsOf, toEvent } from './event-shape.ts'

// Builders of valid events about message `wamid.M` of number `1`: name only what the test is about.
const MESSAGE_ID = 'wamid.M'
const NOON = Date.UTC(2026, 4, 1, 12)

export function anEnvelope(given: Partial<EventEnvelope> = {}): EventEnvelope {
  return {
    eventId: '0'.repeat(32),
    number: '1',
    channel: 'main',
    receiptId: '01900000-0000-7000-8000-000000000000',
    receivedAt: NOON,
    rawPartition: 0,
    rawOffset: 0,
    itemIndex: 0,
    providerTime: NOON,
    timeProblem: null,
    accountId: null,
    displayNumber: null,
    ...given,
  }
}

/** An event of any kind; fields that are not given are blank. */
export function anEvent<Type extends MessageEvent['type']>(
  type: Type,
  given: Partial<EventOf<Type>['data']> = {},
): EventOf<Type> {
  const fields = fieldsOf(type)
  const identity: Readonly<Record<Identity, unknown>> = {
    envelope: anEnvelope(),
    messageId: fields.includes('targetMessageId') ? 'wamid.ACTION' : MESSAGE_ID,
    targetMessageId: MESSAGE_ID,
    participant: '',
  }
  const blanks = new Map<string, unknown>([
    ...Object.entries(eventFields).map(([field, { blank }]) => [field, blank] as const),
    ...Object.entries(identity),
    ['status', 'sent'],
  ])
  const data = Object.fromEntries(fields.map((field) => [field, blanks.get(field)]))
  return toEvent(type, { ...data, ...given })
}

export function aStatus(
  status: string,
  envelope: Partial<EventEnvelope> = {},
  given: Partial<MessageStatusChanged> = {},
): EventOf<'MessageStatusChanged'> {
  return anEvent('MessageStatusChanged', { envelope: anEnvelope(envelope), status, ...given })
}

export function aPayment(
  status: string,
  envelope: Partial<EventEnvelope> = {},
): EventOf<'PaymentStatusChanged'> {
  return anEvent('PaymentStatusChanged', { envelope: anEnvelope(envelope), status })
}

export function aReceivedMessage(given: Partial<MessageReceived> = {}): EventOf<'MessageReceived'> {
  return anEvent('MessageReceived', given)
}

export function anEcho(given: Partial<MessageEchoed> = {}): EventOf<'MessageEchoed'> {
  return anEvent('MessageEchoed', given)
}

export function aReaction(
  emoji: string | null,
  envelope: Partial<EventEnvelope> = {},
): EventOf<'MessageReacted'> {
  return anEvent('MessageReacted', { envelope: anEnvelope(envelope), emoji })
}

export function anEdit(given: Partial<MessageRevoked> = {}): EventOf<'MessageEdited'> {
  return anEvent('MessageEdited', given)
}

export function aRevocation(given: Partial<MessageRevoked> = {}): EventOf<'MessageRevoked'> {
  return anEvent('MessageRevoked', given)
}

export function aReply(given: Partial<MessageRevoked> = {}): EventOf<'MessageReplied'> {
  return anEvent('MessageReplied', given)
}
