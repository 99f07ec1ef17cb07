import { type ErrorDetail, type EventEnvelope, type MessageEvent } from '@wabastream/contracts'
import fc, { type Arbitrary } from 'fast-check'

type ValueOf<Field extends PropertyKey, Event extends MessageEvent = MessageEvent> = Event extends {
  readonly data: Readonly<Record<Field, infer Value>>
}
  ? Value
  : never
type FieldOf<Event extends MessageEvent = MessageEvent> = Event extends MessageEvent
  ? keyof Event['data']
  : never
export type TypeWith<
  Field extends PropertyKey,
  Event extends MessageEvent = MessageEvent,
> = Event extends { readonly data: Readonly<Record<Field, unknown>> } ? Event['type'] : never

/** The fields that name the message and the fact; every test sets them itself. */
export type Identity = 'envelope' | 'messageId' | 'targetMessageId' | 'participant'

/** The value of a field that a test does not name: in a builder, and in a property. */
interface FieldValues<Value> {
  readonly blank: Value
  readonly any: Arbitrary<Value>
}

const RECEIVED_FROM_MS = Date.UTC(2026, 0, 1)
const RECEIVED_SPAN_MS = 3 * 86_400_000

// Values from small pools, so that equal ones, ties and duplicates are common.
export const hex = fc.nat().map((value) => value.toString(16).padStart(32, '0'))
const at = fc.option(
  fc.integer({ min: 0, max: 5 }).map((second) => RECEIVED_FROM_MS + second * 1_000),
)
const text = (...words: string[]): FieldValues<string | null> => ({
  blank: null,
  any: fc.constantFrom(null, ...words),
})
const none: FieldValues<null> = { blank: null, any: fc.constant(null) }
const flag: FieldValues<boolean> = { blank: false, any: fc.boolean() }

export const anyEnvelope: Arbitrary<EventEnvelope> = fc.record({
  eventId: hex,
  number: fc.constant('105954558954427'),
  channel: fc.constant('main'),
  receiptId: hex,
  receivedAt: fc.integer({ min: RECEIVED_FROM_MS, max: RECEIVED_FROM_MS + RECEIVED_SPAN_MS }),
  rawPartition: fc.nat(5),
  rawOffset: fc.nat(1_000_000),
  itemIndex: fc.nat(20),
  providerTime: at,
  timeProblem: fc.constant(null),
  accountId: fc.constantFrom(null, '102290129340398'),
  displayNumber: fc.constantFrom(null, '15550783881'),
})

const errorDetail: Arbitrary<ErrorDetail> = fc.record({
  code: fc.constantFrom(null, 130429, 131026, 131049),
  title: fc.constantFrom(null, 'Undeliverable'),
  message: fc.constantFrom(null, 'Undeliverable'),
  details: fc.constant(null),
  href: fc.constant(null),
})

/** Words of each kind of event that has a status: known ones and an unknown one. */
export const statusWords: Readonly<Record<TypeWith<'status'>, readonly string[]>> = {
  MessageStatusChanged: [
    'sent',
    'delivered',
    'read',
    'played',
    'failed',
    'deleted',
    'warning',
    'in_orbit',
  ],
  PaymentStatusChanged: ['pending', 'failed', 'captured', 'in_orbit'],
}

/** Every field of every event about a message. A new field has its values here. */
export const eventFields: {
  readonly [Field in Exclude<FieldOf, Identity | 'status'>]: FieldValues<ValueOf<Field>>
} = {
  messageType: {
    blank: 'text',
    any: fc.constantFrom('text', 'image', 'unsupported', 'media_placeholder', 'unknown'),
  },
  fromId: text('491701234567', '5511987654321'),
  fromUserId: text('DE.1349120865'),
  recipientId: text('491701234567', '5511987654321'),
  recipientUserId: text('DE.1349120865', 'BR.99'),
  actorId: text('491701234567'),
  actorUserId: text('DE.1349120865'),
  fromBusiness: flag,
  groupId: text('Y2FwaV9ncm91cA=='),
  contactName: text('Kim'),
  text: text('hello'),
  emoji: text('', '👍', '\uFFFC', '❤️', '😂'),
  inReplyTo: text('wamid.A', 'wamid.B'),
  forwarded: flag,
  mediaId: none,
  mimeType: none,
  replyId: none,
  referralSourceId: none,
  referralClickId: none,
  historical: flag,
  historicalStatus: text('sent', 'delivered', 'read', 'played', 'pending', 'error'),
  conversationId: text('c1', 'c2'),
  conversationOrigin: text('marketing', 'utility'),
  conversationExpiresAt: { blank: null, any: at },
  pricingModel: text('CBP', 'PMP'),
  pricingType: text('regular', 'free_entry_point'),
  pricingCategory: text('marketing', 'utility'),
  billable: { blank: null, any: fc.constantFrom(null, true, false) },
  callbackData: text('order-1', 'order-2'),
  referenceId: text('r1'),
  transactionId: text('t1'),
  amountValue: { blank: null, any: fc.constant(2_500) },
  amountOffset: { blank: null, any: fc.constant(100) },
  currency: { blank: null, any: fc.constant('BRL') },
  fromParentUserId: text('DE.ENT.1349120865'),
  actorParentUserId: text('DE.ENT.1349120865'),
  recipientParentUserId: text('DE.ENT.1349120865', 'BR.ENT.99'),
  username: text('@kim', '@kim2'),
  newFromId: text('491701234568'),
  otherwiseWrittenId: text('5511987654321'),
  newFromUserId: text('DE.2'),
  templateName: text('order_ready', 'spring'),
  templateCategory: text('MARKETING', 'UTILITY'),
  refundedValue: { blank: null, any: fc.constantFrom(null, 1_000, 2_500) },
  askedBy: { blank: 'on_receipt', any: fc.constantFrom('on_receipt', 'on_request', 'in_orbit') },
  content: text('{"body":"hello"}'),
  unread: text('{"new":1}'),
  errors: { blank: [], any: fc.array(errorDetail, { maxLength: 2 }) },
}
