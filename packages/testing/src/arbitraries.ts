import { type ErrorDetail, type EventEnvelope, type MessageEvent } from '@wabastream/contracts'
import fc, { type Arbitrary } from 'fast-check'

const NUMBER = '105954558954427'
const RECEIVED_FROM_MS = Date.UTC(2026, 0, 1)
const RECEIVED_SPAN_MS = 3 * 86_400_000

/** Values from small pools, so that equal ones, ties and duplicates are common. */
const at = fc.option(
  fc.integer({ min: 0, max: 5 }).map((second) => RECEIVED_FROM_MS + second * 1_000),
)
const emoji = fc.constantFrom(null, '', '👍', '\uFFFC', '❤️', '😂')
const hex = fc.nat().map((value) => value.toString(16).padStart(32, '0'))
const text = (...words: string[]) => fc.constantFrom(null, ...words)

const envelope: Arbitrary<EventEnvelope> = fc.record({
  eventId: hex,
  number: fc.constant(NUMBER),
  channel: fc.constant('main'),
  receiptId: hex,
  receivedAt: fc.integer({ min: RECEIVED_FROM_MS, max: RECEIVED_FROM_MS + RECEIVED_SPAN_MS }),
  rawPartition: fc.nat(5),
  rawOffset: fc.nat(1_000_000),
  itemIndex: fc.nat(20),
  providerTime: at,
  timeProblem: fc.constant(null),
})

const errorDetail: Arbitrary<ErrorDetail> = fc.record({
  code: fc.constantFrom(null, 130429, 131026, 131049),
  title: text('Undeliverable'),
  message: text('Undeliverable'),
  details: fc.constant(null),
  href: fc.constant(null),
})

const contact = {
  recipientId: text('491701234567', '5511987654321'),
  recipientUserId: text('DE.1349120865', 'BR.99'),
}

/** Events about one message, any kind, any value: what one timeline is folded from. */
export function arbitraryMessageEvent(messageId: string): Arbitrary<MessageEvent> {
  return fc.oneof(
    { weight: 6, arbitrary: arbitraryStatus(messageId) },
    { weight: 1, arbitrary: received(messageId) },
    { weight: 1, arbitrary: echoed(messageId) },
    { weight: 1, arbitrary: payment(messageId) },
    { weight: 2, arbitrary: reacted(messageId) },
    { weight: 1, arbitrary: edited(messageId) },
    { weight: 1, arbitrary: revoked(messageId) },
    { weight: 1, arbitrary: replied(messageId) },
  )
}

function arbitraryStatus(messageId: string): Arbitrary<MessageEvent> {
  return tagged(
    'MessageStatusChanged',
    fc.record({
      envelope,
      messageId: fc.constant(messageId),
      participant: fc.constant(''),
      status: fc.constantFrom(
        'sent',
        'delivered',
        'read',
        'played',
        'failed',
        'deleted',
        'warning',
        'in_orbit',
      ),
      ...contact,
      groupId: text('Y2FwaV9ncm91cA=='),
      conversationId: text('c1', 'c2'),
      conversationOrigin: text('marketing', 'utility'),
      conversationExpiresAt: at,
      pricingModel: text('CBP', 'PMP'),
      pricingType: text('regular', 'free_entry_point'),
      pricingCategory: text('marketing', 'utility'),
      billable: fc.constantFrom(null, true, false),
      callbackData: text('order-1', 'order-2'),
      errors: fc.array(errorDetail, { maxLength: 2 }),
    }),
  )
}

function received(messageId: string): Arbitrary<MessageEvent> {
  return tagged(
    'MessageReceived',
    fc.record({
      envelope,
      messageId: fc.constant(messageId),
      messageType: fc.constantFrom('text', 'image', 'unsupported'),
      fromId: text('491701234567', '5511987654321'),
      fromUserId: text('DE.1349120865'),
      groupId: text('Y2FwaV9ncm91cA=='),
      contactName: text('Kim'),
      text: text('hello'),
      inReplyTo: text('wamid.A', 'wamid.B'),
      forwarded: fc.boolean(),
      mediaId: fc.constant(null),
      mimeType: fc.constant(null),
      replyId: fc.constant(null),
      referralSourceId: fc.constant(null),
      referralClickId: fc.constant(null),
      historical: fc.boolean(),
      errors: fc.array(errorDetail, { maxLength: 1 }),
    }),
  )
}

function echoed(messageId: string): Arbitrary<MessageEvent> {
  return tagged(
    'MessageEchoed',
    fc.record({
      envelope,
      messageId: fc.constant(messageId),
      messageType: fc.constantFrom('text', 'image'),
      ...contact,
      groupId: text('Y2FwaV9ncm91cA=='),
      text: text('hello'),
      inReplyTo: text('wamid.A', 'wamid.B'),
      historical: fc.boolean(),
      historicalStatus: text('sent', 'delivered', 'read', 'played', 'pending', 'error'),
    }),
  )
}

function payment(messageId: string): Arbitrary<MessageEvent> {
  return tagged(
    'PaymentStatusChanged',
    fc.record({
      envelope,
      messageId: fc.constant(messageId),
      status: fc.constantFrom('pending', 'failed', 'captured', 'in_orbit'),
      ...contact,
      referenceId: text('r1'),
      transactionId: text('t1'),
      amountValue: fc.constant(2_500),
      amountOffset: fc.constant(100),
      currency: fc.constant('BRL'),
      errors: fc.array(errorDetail, { maxLength: 1 }),
    }),
  )
}

const reacted = (messageId: string): Arbitrary<MessageEvent> =>
  tagged('MessageReacted', fc.record({ ...about(messageId), emoji }))

const edited = (messageId: string): Arbitrary<MessageEvent> =>
  tagged('MessageEdited', fc.record({ ...about(messageId), text: text('hello') }))

const revoked = (messageId: string): Arbitrary<MessageEvent> =>
  tagged('MessageRevoked', fc.record(about(messageId)))

const replied = (messageId: string): Arbitrary<MessageEvent> =>
  tagged('MessageReplied', fc.record(about(messageId)))

function about(targetMessageId: string) {
  return {
    envelope,
    messageId: hex,
    targetMessageId: fc.constant(targetMessageId),
    fromBusiness: fc.boolean(),
    actorId: text('491701234567'),
    actorUserId: text('DE.1349120865'),
    groupId: text('Y2FwaV9ncm91cA=='),
  }
}

function tagged<Type extends MessageEvent['type'], Value>(
  type: Type,
  data: Arbitrary<Value>,
): Arbitrary<{ readonly type: Type; readonly data: Value }> {
  return data.map((value) => ({ type, data: value }))
}
