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
