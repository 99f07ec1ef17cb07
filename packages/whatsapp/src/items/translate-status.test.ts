import { describe, expect, it } from '@jest/globals'
import {
  cloud,
  contact,
  CUSTOMER,
  CUSTOMER_USER,
  failedStatus,
  groupStatus,
  paymentStatus,
  SECONDS,
  status,
  testContext,
  toBytes,
} from '../fixtures.ts'
import { type WebhookContext } from './item-context.ts'
import { translateWebhook } from '../translate-webhook.ts'

const eventsOf = (statuses: readonly unknown[], context: WebhookContext = testContext) =>
  translateWebhook(toBytes(cloud({ contacts: [contact], statuses })), context).events

const envelopeOfOne = (fields: Readonly<Record<string, unknown>>, context?: WebhookContext) =>
  eventsOf([status(fields)], context)[0]?.data.envelope

describe('message statuses', () => {
  it('keeps any word as it is given', () => {
    const words = ['sent', 'in_orbit', '__proto__', 'constructor']
    const events = eventsOf(words.map((word) => status({ status: word })))
    expect(events.map(({ data }) => 'status' in data && data.status)).toEqual(words)
  })

  it('adds the user id from the contacts', () => {
    expect(eventsOf([status()])).toMatchObject([
      { data: { recipientId: CUSTOMER, recipientUserId: CUSTOMER_USER } },
    ])
  })

  it('keys a group status by its participant, in either spelling, and finds nested pricing', () => {
    const { recipient_participant_id: _moved, ...rest } = {
      recipient_participant_id: '',
      ...groupStatus,
    }
    const other = { ...rest, participant_recipient_id: CUSTOMER }
    for (const event of eventsOf([groupStatus, other])) {
      expect(event).toMatchObject({
        data: {
          participant: CUSTOMER,
          recipientUserId: CUSTOMER_USER,
          groupId: 'R3JvdXAtT25l',
          pricingCategory: 'utility',
          billable: false,
          conversationOrigin: 'group_utility',
        },
      })
    }
  })

  it('takes a status that names a participant for one of a group, unless it says otherwise', () => {
    const untyped = { ...groupStatus, recipient_type: undefined }
    const byUser = { ...untyped, recipient_participant_id: undefined }
    expect(eventsOf([untyped, byUser])).toMatchObject([
      { data: { participant: CUSTOMER, recipientId: CUSTOMER, groupId: 'R3JvdXAtT25l' } },
      { data: { participant: CUSTOMER_USER, groupId: 'R3JvdXAtT25l' } },
    ])
    const person = { ...groupStatus, recipient_type: 'individual', recipient_id: CUSTOMER }
    expect(eventsOf([person])).toMatchObject([
      { data: { participant: '', recipientId: CUSTOMER, groupId: null } },
    ])
  })

  it('accepts the end of a conversation as text or number', () => {
    for (const end of [SECONDS + 86_400, String(SECONDS + 86_400)]) {
      const [event] = eventsOf([status({ conversation: { id: 'c1', expiration_timestamp: end } })])
      expect(event?.data).toMatchObject({ conversationExpiresAt: (SECONDS + 86_400) * 1000 })
    }
  })

  it('reads an error code that came as text', () => {
    expect(eventsOf([failedStatus])).toMatchObject([
      {
        data: {
          errors: [
            {
              code: 131026,
              title: 'Undeliverable',
              details: 'Cannot be reached',
              href: 'https://example.com/131026',
            },
          ],
        },
      },
    ])
  })

  it('keeps payments apart from deliveries', () => {
    expect(eventsOf([paymentStatus])).toMatchObject([
      {
        type: 'PaymentStatusChanged',
        data: {
          status: 'captured',
          referenceId: 'order-9',
          transactionId: 'tx-1',
          amountValue: 1999,
          amountOffset: 100,
          currency: 'BRL',
        },
      },
    ])
  })
})

describe('refunds', () => {
  type Refund = Readonly<Record<string, unknown>>
  const refund = (value: unknown, offset: unknown = 100, status = 'success'): Refund => ({
    id: 'rf',
    amount: { value, offset },
    status,
  })
  const refundedOf = (refunds: unknown, amount: unknown = { value: 1999, offset: 100 }) => {
    const payment = { reference_id: 'order-9', amount, currency: 'BRL', refunds }
    const [event] = eventsOf([{ ...paymentStatus, payment }])
    return event?.type === 'PaymentStatusChanged' ? event.data.refundedValue : undefined
  }

  it.each<[string, unknown, number | null]>([
    ['none', undefined, null],
    ['an empty list', [], null],
    ['what is no list', 'all', null],
    ['a part', [refund(500)], 500],
    ['several', [refund(500), refund(250)], 750],
    ['one of two that failed', [refund(500), refund(250, 100, 'failed')], 500],
    ['one that is pending', [refund(500, 100, 'pending')], null],
    ['one in another offset', [refund(5, 1)], 500],
    ['one in a finer offset', [refund(5000, 1000)], 500],
    ['one without an offset', [refund(500, undefined)], 500],
    ['one with an offset of 0', [refund(500, 0)], 500],
    ['one without a value', [refund('x'), refund(20)], 20],
    ['junk among them', [null, 5, 'x', refund(20)], 20],
    ['as texts', [refund('500', '100')], 500],
  ])('of %s', (_name, refunds, expected) => {
    expect(refundedOf(refunds)).toBe(expected)
  })

  it('are in their own offset where the amount has none', () => {
    expect(refundedOf([refund(500)], { value: 1999 })).toBe(500)
  })

  it('make another fact of the same word and time, once', () => {
    const payment = (refunds: readonly Refund[]) => ({
      ...paymentStatus,
      payment: { amount: { value: 1999, offset: 100 }, refunds },
    })
    const none = payment([])
    const part = payment([refund(500)])
    const more = payment([refund(500), refund(250)])
    const ids = eventsOf([none, part, more, part]).map(({ data }) => data.envelope.eventId)
    expect(new Set(ids).size).toBe(3)
    expect(ids[3]).toBe(ids[1])
  })
})

describe('what a refusal says', () => {
  it('keeps the category that it has, and none that it has not', () => {
    const refused = { status: 'failed', errors: [{ code: 131049 }] }
    expect(eventsOf([status(refused)])).toMatchObject([
      { data: { pricingCategory: null, pricingModel: null, billable: null } },
    ])
    const conversation = { id: 'c1', origin: { type: 'marketing' } }
    expect(eventsOf([status({ ...refused, conversation })])).toMatchObject([
      { data: { conversationOrigin: 'marketing', pricingCategory: null } },
    ])
  })
})

describe('provider time', () => {
  it.each([
    [String(SECONDS), SECONDS * 1000, null],
    [SECONDS, SECONDS * 1000, null],
    [undefined, null, 'missing'],
    [null, null, 'missing'],
    ['', null, 'missing'],
    ['asdf', null, 'unparsable'],
    ['0x684', null, 'unparsable'],
    [` ${SECONDS} `, null, 'unparsable'],
    [`${SECONDS}.5`, null, 'unparsable'],
    [SECONDS + 0.5, null, 'unparsable'],
    [[], null, 'unparsable'],
    ['-', null, 'unparsable'],
    ['-1', null, 'too_early'],
    ['0', null, 'too_early'],
    [1_230_767_999, null, 'too_early'],
    [1_230_768_000, 1_230_768_000_000, null],
    [`${SECONDS}000`, null, 'too_late'],
    ['99999999999999999999', null, 'too_late'],
    [SECONDS + 2 + 86_400, (SECONDS + 2 + 86_400) * 1000, null],
    [SECONDS + 3 + 86_400, null, 'too_late'],
  ])('judges %p', (timestamp, providerTime, timeProblem) => {
    expect(envelopeOfOne({ timestamp })).toMatchObject({ providerTime, timeProblem })
  })
})

describe('event id', () => {
  it('is the same for a retry, wherever it lands and whatever it adds', () => {
    const first = envelopeOfOne({})?.eventId
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    const retried = {
      ...testContext,
      rawOffset: 99,
      receiptId: 'other',
      receivedAt: testContext.receivedAt + 60_000,
    }
    expect(
      envelopeOfOne({ pricing: { category: 'utility' }, type: 'message' }, retried)?.eventId,
    ).toBe(first)
  })

  it('differs in number, id, word, type, participant and time', () => {
    const ids = [
      status(),
      status({ id: 'wamid.S2' }),
      status({ status: 'read' }),
      status({ type: 'payment' }),
      groupStatus,
      { ...groupStatus, recipient_participant_id: '1' },
      status({ timestamp: String(SECONDS + 1) }),
    ].map((item) => eventsOf([item])[0]?.data.envelope.eventId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
