import {
  type EventEnvelope,
  type MessageEchoed,
  type MessageEvent,
  type MessageReceived,
  type MessageRevoked,
  type MessageStatusChanged,
} from '@wabastream/contracts'

// Builders of valid events about message `wamid.M` of number `1`: name what the test is about.
const MESSAGE_ID = 'wamid.M'
const NOON = Date.UTC(2026, 4, 1, 12)

type EventOf<Type extends MessageEvent['type']> = Extract<MessageEvent, { readonly type: Type }>

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
    ...given,
  }
}

export function aStatus(
  status: string,
  envelope: Partial<EventEnvelope> = {},
  given: Partial<MessageStatusChanged> = {},
): EventOf<'MessageStatusChanged'> {
  const data: MessageStatusChanged = {
    envelope: anEnvelope(envelope),
    messageId: MESSAGE_ID,
    participant: '',
    status,
    recipientId: null,
    recipientUserId: null,
    groupId: null,
    conversationId: null,
    conversationOrigin: null,
    conversationExpiresAt: null,
    pricingModel: null,
    pricingType: null,
    pricingCategory: null,
    billable: null,
    callbackData: null,
    errors: [],
    ...given,
  }
  return { type: 'MessageStatusChanged', data }
}

export function aPayment(
  status: string,
  envelope: Partial<EventEnvelope> = {},
): EventOf<'PaymentStatusChanged'> {
  return {
    type: 'PaymentStatusChanged',
    data: {
      envelope: anEnvelope(envelope),
      messageId: MESSAGE_ID,
      status,
      recipientId: null,
      recipientUserId: null,
      referenceId: null,
      transactionId: null,
      amountValue: null,
      amountOffset: null,
      currency: null,
      errors: [],
    },
  }
}

export function aReceivedMessage(given: Partial<MessageReceived> = {}): EventOf<'MessageReceived'> {
  return {
    type: 'MessageReceived',
    data: {
      envelope: anEnvelope(),
      messageId: MESSAGE_ID,
      messageType: 'text',
      fromId: null,
      fromUserId: null,
      groupId: null,
      contactName: null,
      text: null,
      inReplyTo: null,
      forwarded: false,
      mediaId: null,
      mimeType: null,
      replyId: null,
      referralSourceId: null,
      referralClickId: null,
      historical: false,
      errors: [],
      ...given,
    },
  }
}

export function anEcho(given: Partial<MessageEchoed> = {}): EventOf<'MessageEchoed'> {
  return {
    type: 'MessageEchoed',
    data: {
      envelope: anEnvelope(),
      messageId: MESSAGE_ID,
      messageType: 'text',
      recipientId: null,
      recipientUserId: null,
      groupId: null,
      text: null,
      inReplyTo: null,
      historical: false,
      historicalStatus: null,
      ...given,
    },
  }
}

export function aReaction(
  emoji: string | null,
  envelope: Partial<EventEnvelope> = {},
): EventOf<'MessageReacted'> {
  const action = anAction({ envelope: anEnvelope(envelope) })
  return { type: 'MessageReacted', data: { ...action, emoji } }
}

export function anEdit(given: Partial<MessageRevoked> = {}): EventOf<'MessageEdited'> {
  return { type: 'MessageEdited', data: { ...anAction(given), text: null } }
}

export function aRevocation(given: Partial<MessageRevoked> = {}): EventOf<'MessageRevoked'> {
  return { type: 'MessageRevoked', data: anAction(given) }
}

export function aReply(given: Partial<MessageRevoked> = {}): EventOf<'MessageReplied'> {
  return { type: 'MessageReplied', data: anAction(given) }
}

function anAction(given: Partial<MessageRevoked>): MessageRevoked {
  return {
    envelope: anEnvelope(),
    messageId: 'wamid.ACTION',
    targetMessageId: MESSAGE_ID,
    fromBusiness: false,
    actorId: null,
    actorUserId: null,
    groupId: null,
    ...given,
  }
}
