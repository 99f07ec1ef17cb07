import { describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { ACCOUNT, change, envelopeOf, message, NUMBER, testContext, toBytes } from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

const OWN = '49301234567'
const CUSTOMER = '5511987654321'

type Fields = Readonly<Record<string, unknown>>

const valueOf = (lists: Fields, own: unknown = OWN) => ({
  metadata: { display_phone_number: own, phone_number_id: NUMBER },
  ...lists,
})

const eventsOf = (field: string, value: unknown) =>
  translateWebhook(toBytes(envelopeOf(change(field, value))), testContext).events

const inThread = (
  item: Fields,
  { id = CUSTOMER, own = OWN }: { id?: unknown; own?: unknown } = {},
) => eventsOf('history', valueOf({ history: [{ threads: [{ id, messages: [item] }] }] }, own))

/** Who sent the only item: what its first event says. */
function senderOf([event]: readonly MessageEvent[] | readonly unknown[]): string {
  const { type, data } = event as MessageEvent
  if ('fromBusiness' in data) return data.fromBusiness ? 'business' : 'customer'
  return type === 'MessageEchoed' ? 'business' : 'customer'
}

/** Each kind of thing that somebody can do. */
const kinds: Readonly<Record<string, Fields>> = {
  text: {},
  reaction: { type: 'reaction', reaction: { message_id: 'wamid.T', emoji: '👍' } },
  edit: { type: 'edit', edit: { original_message_id: 'wamid.T', message: {} } },
  revoke: { type: 'revoke', revoke: { original_message_id: 'wamid.T' } },
}

describe.each(Object.entries(kinds))('%s', (_kind, fields) => {
  it.each([
    ['messages', 'messages', 'messages'],
    ['an echo', 'smb_message_echoes', 'message_echoes'],
    ['an echo of another field', 'message_echoes', 'message_echoes'],
    ['media of a history', 'history', 'messages'],
  ])('in %s from the own number is the business’s', (_place, field, list) => {
    const item = message({ ...fields, from: OWN, to: CUSTOMER })
    expect(senderOf(eventsOf(field, valueOf({ [list]: [item] })))).toBe('business')
  })

  it('in messages or among the media of a history from a customer is the customer’s', () => {
    const item = message({ ...fields, from: CUSTOMER })
    expect(senderOf(eventsOf('messages', valueOf({ messages: [item] })))).toBe('customer')
    expect(senderOf(eventsOf('history', valueOf({ messages: [item] })))).toBe('customer')
    const addressed = { ...item, to: OWN }
    expect(senderOf(eventsOf('history', valueOf({ messages: [addressed] })))).toBe('customer')
  })

  it.each([
    ['the business, without a recipient', { from: OWN }, 'business'],
    ['the business, with one', { from: OWN, to: CUSTOMER }, 'business'],
    ['the customer', { from: CUSTOMER }, 'customer'],
    ['the customer, to the own number', { from: CUSTOMER, to: OWN }, 'customer'],
    ['nobody, to the customer', { from: undefined, to: CUSTOMER }, 'business'],
    ['nobody, to the own number', { from: undefined, to: OWN }, 'customer'],
    ['a number that the business had before', { from: '49309999999' }, 'business'],
    ['the customer, written in another way', { from: '551187654321' }, 'customer'],
  ])('in a thread from %s', (_who, ids, expected) => {
    expect(senderOf(inThread(message({ ...fields, ...ids })))).toBe(expected)
    expect(senderOf(inThread(message({ ...fields, ...ids }), { id: `+${CUSTOMER}` }))).toBe(
      expected,
    )
  })
})

describe('the own number', () => {
  it.each([
    ['as digits', '49301234567', '49301234567'],
    ['for people', '+49 30 1234567', '49301234567'],
    ['with hyphens and brackets', '+49 (30) 123-4567', '49301234567'],
    ['as a number', 49_301_234_567, '49301234567'],
    ['for people on the other side', '49301234567', '+49 30 1234567'],
    ['with the ninth digit', '+55 11 98765-4321', '551187654321'],
    ['without it', '551187654321', '5511987654321'],
    ['with the Mexican 1', '5215512345678', '525512345678'],
    ['with the Argentine 9', '541123456789', '5491123456789'],
  ])('is known written %s', (_way, own, from) => {
    const item = message({ from })
    expect(senderOf(eventsOf('messages', valueOf({ messages: [item] }, own)))).toBe('business')
  })

  it('is none that differs in a digit, or by a country code', () => {
    for (const from of ['49301234568', '301234567', '149301234567', '4930123456']) {
      expect(senderOf(eventsOf('messages', valueOf({ messages: [message({ from })] })))).toBe(
        'customer',
      )
    }
  })
})

describe('a thread', () => {
  it('names the recipient that the message leaves out', () => {
    expect(inThread(message({ from: OWN }))).toMatchObject([
      { type: 'MessageEchoed', data: { recipientId: CUSTOMER, historical: true } },
    ])
  })

  it('of a person without a phone number is read by the user id', () => {
    const context = { user_id: 'BR.1' }
    const threadOf = (item: Fields) =>
      eventsOf('history', valueOf({ history: [{ threads: [{ context, messages: [item] }] }] }))
    const received = threadOf(message({ from: undefined, from_user_id: 'BR.1' }))
    expect(received).toMatchObject([{ type: 'MessageReceived', data: { fromUserId: 'BR.1' } }])
    const echoed = threadOf(message({ from: undefined, to_user_id: 'BR.1' }))
    expect(echoed).toMatchObject([{ type: 'MessageEchoed', data: { recipientUserId: 'BR.1' } }])
  })

  it('of a group, named by no phone number, says nothing of who sent', () => {
    const item = message({ from: CUSTOMER, group_id: 'R3JvdXA=' })
    expect(senderOf(inThread(item, { id: 'R3JvdXA=', own: undefined }))).toBe('customer')
    expect(senderOf(inThread({ ...item, from: OWN }, { id: 'R3JvdXA=' }))).toBe('business')
  })
})

it('a history without the own number goes by who got the message', () => {
  const value = (item: Fields) => valueOf({ messages: [item] }, undefined)
  expect(senderOf(eventsOf('history', value(message({ from: OWN, to: CUSTOMER }))))).toBe(
    'business',
  )
  expect(senderOf(eventsOf('history', value(message({ from: CUSTOMER }))))).toBe('customer')
})

it('an echo to a written number has the recipient that its statuses have', () => {
  const item = message({ from: OWN, to: '+55 11 98765-4321' })
  expect(eventsOf('smb_message_echoes', valueOf({ message_echoes: [item] }))).toMatchObject([
    { data: { recipientId: CUSTOMER, envelope: { accountId: ACCOUNT, displayNumber: OWN } } },
  ])
})

it('a business that quotes itself is the one that answers', () => {
  const item = message({ from: OWN, to: CUSTOMER, context: { from: OWN, id: 'wamid.T' } })
  expect(eventsOf('smb_message_echoes', valueOf({ message_echoes: [item] }))).toMatchObject([
    { type: 'MessageEchoed', data: { inReplyTo: 'wamid.T' } },
    { type: 'MessageReplied', data: { fromBusiness: true, actorId: OWN } },
  ])
})
