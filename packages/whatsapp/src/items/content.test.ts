import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type WhatsAppEvent } from '@wabastream/contracts'
import {
  change,
  cloud,
  CUSTOMER,
  envelopeOf,
  groupStatus,
  message,
  paymentStatus,
  status,
  testContext,
  toBytes,
  valueOf,
} from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'

type Json = Readonly<Record<string, unknown>>

const eventOf = (body: unknown): WhatsAppEvent => {
  const [event] = translateWebhook(toBytes(body), testContext).events
  if (event === undefined) throw new Error('no event')
  return event
}

const received = (item: Json) => eventOf(cloud({ messages: [item] }))
const echoed = (item: Json) =>
  eventOf(envelopeOf(change('smb_message_echoes', valueOf({ message_echoes: [item] }))))
const reported = (item: Json) => eventOf(cloud({ statuses: [item] }))

const partOf = ({ data }: WhatsAppEvent, name: 'content' | 'unread'): unknown => {
  const text =
    name in data ? (data as unknown as Readonly<Record<string, string | null>>)[name] : null
  return text === null || text === undefined ? undefined : JSON.parse(text)
}
const contentOf = (event: WhatsAppEvent): unknown => partOf(event, 'content')
const unreadOf = (event: WhatsAppEvent): unknown => partOf(event, 'unread')

const failing = (error: Json) => eventOf(cloud({ errors: [error] }))
const actOf = (fields: Json) => message({ text: undefined, ...fields })

const own = '49301234567'
const order = {
  catalog_id: 'c1',
  product_items: [{ product_retailer_id: 'sku', quantity: 2, item_price: 7.5, currency: 'EUR' }],
}

describe('content', () => {
  it('is the object of the type, whole, of a message and of an echo', () => {
    const item = message({ type: 'order', text: undefined, order })
    expect(contentOf(received(item))).toEqual(order)
    expect(contentOf(echoed({ ...item, from: own, to: CUSTOMER }))).toEqual(order)
  })

  it('of an edit is that of the message that it became', () => {
    const image = { id: 'm1', caption: 'better', sha256: 'c2hh' }
    const edit = { original_message_id: 'wamid.T', message: { type: 'image', image } }
    expect(contentOf(received(message({ type: 'edit', text: undefined, edit })))).toEqual(image)
  })

  it('of a reaction and of a revocation is what was done, whole', () => {
    const reaction = { message_id: 'wamid.T', emoji: '👍', style: 'super', novel: { a: 1 } }
    expect(contentOf(received(actOf({ type: 'reaction', reaction })))).toEqual(reaction)
    const revoke = { original_message_id: 'wamid.T', reason: 'typo' }
    expect(contentOf(received(actOf({ type: 'revoke', revoke })))).toEqual(revoke)
  })

  it('of a payment is the payment', () => {
    expect(contentOf(reported(paymentStatus))).toEqual(paymentStatus['payment' as never])
  })

  it('has every member and every value as it was given, in its order', () => {
    const text =
      '{"body":"\\ud83d half","__proto__":{"a":1},"constructor":null,' +
      '"1":[],"":{"x":[null,-0.5,true]}}'
    const body = JSON.stringify(cloud({ messages: [message({ text: '#' })] })).replace('"#"', text)
    const [event] = translateWebhook(toBytes(body), testContext).events
    expect(event?.data).toMatchObject({ content: JSON.stringify(JSON.parse(text)) })
    expect(event?.data).toMatchObject({ content: expect.stringContaining('"__proto__":{"a":1}') })
  })

  it('may be a list, and is nothing else', () => {
    const contacts = [{ name: { formatted_name: 'Bia' } }]
    const cards = message({ type: 'contacts', text: undefined, contacts })
    expect(contentOf(received(cards))).toEqual(contacts)
    for (const text of ['bare', 5, true, null, undefined]) {
      expect(contentOf(received(message({ text })))).toBeUndefined()
    }
    expect(unreadOf(received(message({ text: 'bare' })))).toEqual({ text: 'bare' })
  })

  it('of any type and of any value is what the provider sent', () => {
    const value = fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue()))
    fc.assert(
      fc.property(value, (hologram) => {
        const event = received(message({ type: 'hologram', text: undefined, hologram }))
        expect(contentOf(event)).toEqual(JSON.parse(JSON.stringify(hologram)))
        expect(unreadOf(event)).toBeUndefined()
      }),
    )
  })
})

const known: Readonly<Record<string, readonly [(item: Json) => WhatsAppEvent, Json]>> = {
  'a message': [
    received,
    message({
      group_id: 'R3I=',
      context: { id: 'wamid.T', forwarded: true },
      errors: [{ code: 131051, title: 'Unsupported', error_data: { details: 'No' } }],
    }),
  ],
  'an echo': [echoed, message({ from: own, to: CUSTOMER, context: { id: 'wamid.T' } })],
  'an edit': [
    received,
    message({
      type: 'edit',
      text: undefined,
      edit: { original_message_id: 'wamid.T', message: {} },
    }),
  ],
  'a reaction': [
    received,
    actOf({ type: 'reaction', reaction: { message_id: 'wamid.T', emoji: '👍' } }),
  ],
  'a revocation': [received, actOf({ type: 'revoke', revoke: { original_message_id: 'wamid.T' } })],
  'an error of no message': [
    failing,
    { code: 130429, title: 'Rate limit hit', message: 'x', error_data: { details: 'Slow down' } },
  ],
  'a status': [
    reported,
    status({
      type: 'message',
      recipient_user_id: 'DE.1',
      conversation: { id: 'c1', origin: { type: 'utility' }, expiration_timestamp: '1767300000' },
      pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
      biz_opaque_callback_data: 'order-1',
      errors: [{ code: '131026', title: 'x', message: 'x', href: 'https://example.com' }],
    }),
  ],
  'a status of a participant': [reported, groupStatus],
  'a payment': [reported, paymentStatus],
}

/** Places where members may be added, as lists of names. */
const places = [
  [],
  ['context'],
  ['errors', 0],
  ['errors', 0, 'error_data'],
  ['error_data'],
  ['conversation'],
  ['conversation', 'origin'],
  ['pricing'],
  ['edit'],
]

/** The item with a member at the place; undefined where the item has no such place. */
function withMember(
  item: unknown,
  [name, ...rest]: readonly (string | number)[],
  added: Json,
): unknown {
  if (name === undefined) return { ...(item as Json), ...added }
  if (Array.isArray(item)) {
    const [first, ...others] = item as unknown[]
    const inner = first === undefined ? undefined : withMember(first, rest, added)
    return inner === undefined ? undefined : [inner, ...others]
  }
  const inner = (item as Json)[name]
  if (typeof inner !== 'object' || inner === null) return undefined
  const changed = withMember(inner, rest, added)
  return changed === undefined ? undefined : { ...(item as Json), [name]: changed }
}

describe.each(Object.entries(known))('of %s', (_name, [translate, item]) => {
  it('with the members that are known no member is unread', () => {
    expect(unreadOf(translate(item))).toBeUndefined()
  })

  it('every member that nobody knows is unread, wherever it stands, and no other', () => {
    const added = fc.dictionary(
      fc
        .oneof(fc.constantFrom('__proto__', 'constructor', 'rawJSON', 'to_be'), fc.string())
        .filter((name) => !KNOWN_NAMES.has(name)),
      fc.jsonValue(),
      { minKeys: 1 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...places), added, (place, members) => {
        const changed = withMember(item, place, members)
        if (changed === undefined) return
        const expected = withMember(skeletonOf(place), place, members)
        expect(unreadOf(translate(changed as Json))).toEqual(
          JSON.parse(JSON.stringify(expected)) as unknown,
        )
      }),
    )
  })

  it('every known member of another type is unread', () => {
    const names = Object.keys(item).filter((name) => !IDENTITY.has(name))
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const given = { ...item, [name]: value }
        expectKept(given, translate(given))
      }),
    )
  })
})

/** Without these, the item is of another kind or none. */
const IDENTITY = new Set([
  'id',
  'type',
  'status',
  'recipient_type',
  'edit',
  'reaction',
  'revoke',
  'from',
  'to',
])
const KNOWN_NAMES = new Set([
  ...Object.values(known).flatMap(([, item]) =>
    [...JSON.stringify(item).matchAll(/"(\w+)":/g)].map(([, name]) => name),
  ),
  'details',
  'frequently_forwarded',
  'from_user_id',
  'from_bsuid',
  'from_parent_user_id',
  'to_user_id',
  'to_bsuid',
  'to_parent_user_id',
  'history_context',
  'recipient_bsuid',
  'recipient_parent_user_id',
  'parent_recipient_user_id',
  'participant_recipient_id',
  'participant_recipient_user_id',
  'recipient_participant_parent_user_id',
  'participant_recipient_parent_user_id',
])

function skeletonOf(place: readonly (string | number)[]): unknown {
  return place
    .toReversed()
    .reduce<unknown>((inner, name) => (name === 0 ? [inner] : { [name]: inner }), {})
}

/** What the kind of the event says, or its envelope. */
const IMPLIED = new Set<unknown>([
  '',
  'message',
  'edit',
  'reaction',
  'revoke',
  'group',
  'payment',
  own,
])

/** Every text and number of the item, but those that say nothing, is somewhere in the event. */
function expectKept(item: Json, { data }: WhatsAppEvent): void {
  const { envelope: _, ...fields } = data
  const parts = [
    fields,
    ...['content', 'unread'].map(
      (name) => JSON.parse((fields as Record<string, string>)[name] ?? 'null') as unknown,
    ),
  ]
  const kept = new Set(parts.flatMap(leavesOf))
  for (const leaf of leavesOf(item)) {
    if (IMPLIED.has(leaf) || typeof leaf === 'boolean') continue
    const isTime = leaf === item['timestamp'] || leaf === '1767300000'
    const isHeld = kept.has(leaf) || kept.has(String(leaf)) || kept.has(Number(leaf)) || isTime
    if (!isHeld) expect({ leaf, data }).toBe('kept')
  }
}

function leavesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf)
  return value === null || value === undefined ? [] : [value]
}

describe('what no field holds', () => {
  it.each<[string, Json, unknown]>([
    [
      'whom an answer quotes',
      { context: { id: 'wamid.T', from: '1' } },
      { context: { from: '1' } },
    ],
    [
      'that it was forwarded very often',
      { context: { frequently_forwarded: true } },
      { context: { frequently_forwarded: true } },
    ],
    [
      'a referral, whole',
      { referral: { source_id: '1', ctwa_clid: 'c', source_url: 'u' } },
      { referral: { source_id: '1', ctwa_clid: 'c', source_url: 'u' } },
    ],
    [
      'how far a history says that a customer’s message came',
      { history_context: { status: 'READ' } },
      { history_context: { status: 'READ' } },
    ],
    ['a doubtful time', { timestamp: 'soon' }, { timestamp: 'soon' }],
    [
      'a second spelling that differs',
      { from_user_id: 'DE.1', from_bsuid: 'DE.2' },
      { from_bsuid: 'DE.2' },
    ],
    [
      'a second spelling that says the same',
      { from_user_id: 'DE.1', from_bsuid: 'DE.1' },
      undefined,
    ],
    ['an answered id that is none', { context: { id: 5 } }, { context: { id: 5 } }],
    [
      'null and empty text in known members',
      { group_id: null, errors: null, context: '' },
      undefined,
    ],
    ['null in an unknown member', { novelty: null }, { novelty: null }],
    ['an identity check', { identity: { hash: 'h' } }, { identity: { hash: 'h' } }],
  ])('%s', (_name, fields, expected) => {
    expect(unreadOf(received(message(fields)))).toEqual(expected)
  })

  it('of an edit, the type and what else the message became', () => {
    const edited = { type: 'image', image: { id: 'm1' }, context: { id: 'M0' } }
    const edit = { original_message_id: 'wamid.T', message: edited, reason: 'typo' }
    expect(unreadOf(received(message({ type: 'edit', text: undefined, edit })))).toEqual({
      edit: { message: { type: 'image', context: { id: 'M0' } }, reason: 'typo' },
    })
  })

  it('of an echo from another number than the envelope’s, the number', () => {
    const item = message({ from: '49309999999', to: CUSTOMER, context: { forwarded: true } })
    expect(unreadOf(echoed(item))).toEqual({ from: '49309999999', context: { forwarded: true } })
  })

  it('of a status with two prices, the one that was not taken', () => {
    const price = { category: 'service' }
    const conversation = { id: 'c1', pricing: price }
    expect(unreadOf(reported(status({ conversation, pricing: { category: 'utility' } })))).toEqual({
      conversation: { pricing: price },
    })
    expect(unreadOf(reported(status({ conversation })))).toBeUndefined()
  })

  it('of an error of no message, what the provider adds to it', () => {
    const error_data = { details: 'Slow down', trace: 't' }
    const given = { code: 130429, title: 'Rate limit hit', error_data, fbtrace_id: 'A1' }
    expect(unreadOf(failing(given))).toEqual({ error_data: { trace: 't' }, fbtrace_id: 'A1' })
  })

  it('of a payment, its price', () => {
    const pricing = { category: 'utility' }
    expect(unreadOf(reported({ ...paymentStatus, pricing }))).toEqual({ pricing })
  })
})
