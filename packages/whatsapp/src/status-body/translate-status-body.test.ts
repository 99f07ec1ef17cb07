import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { decodeBody } from '../body/parse-body.ts'
import {
  ACCOUNT,
  change,
  cloud,
  contact,
  CUSTOMER,
  CUSTOMER_USER,
  envelopeOf,
  failedStatus,
  groupStatus,
  message,
  NUMBER,
  paymentStatus,
  SECONDS,
  status,
  testContext,
  toBytes,
  valueOf,
} from '../fixtures.ts'
import { ITEMS_MAX } from '../body/items-max.ts'
import { translateWebhook } from '../translate-webhook.ts'
import { translateStatusBody } from './translate-status-body.ts'

const conversation = {
  id: 'c1',
  expiration_timestamp: String(SECONDS + 86_400),
  origin: { type: 'utility' },
}
const pricing = { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' }
const plain = status({ conversation, pricing, biz_opaque_callback_data: 'campaign-1|user-2' })

/** As Meta sends it: without a time beside the changes. */
function bodyOf(...statuses: readonly unknown[]): string {
  return bodyWith({ statuses })
}

function bodyWith(lists: Readonly<Record<string, unknown>>): string {
  const changes = [change('messages', valueOf(lists))]
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: ACCOUNT, changes }] })
}

function isTaken(body: Uint8Array): boolean {
  return translateStatusBody(body, decodeBody(body), testContext) !== undefined
}

/** White space says nothing in JSON, and no body with any is taken: so JSON.parse is the judge. */
function expectAsParsed(body: Uint8Array): void {
  const spaced = new Uint8Array([...body, 0x20])
  expect(isTaken(spaced)).toBe(false)
  const { deadLetters, ...translated } = translateWebhook(body, testContext)
  const { deadLetters: expectedLetters, ...expected } = translateWebhook(spaced, testContext)
  expect(translated).toStrictEqual(expected)
  const kindOf = ({ reason, itemIndex }: (typeof deadLetters)[number]) => [reason, itemIndex]
  expect(deadLetters.map(kindOf)).toEqual(expectedLetters.map(kindOf))
}

const text = fc.oneof(
  fc.constantFrom('', ' ', '0', '1', 'a', 'sent', 'failed', 'individual', 'group', 'message'),
  fc.constantFrom('"', '\\', '/', '\u0000', '\u007f', 'é', '\uFFFD', '\uD800', '😀', '{"a":1}'),
  fc.constantFrom(String(SECONDS), CUSTOMER, NUMBER, `+${CUSTOMER}`, 'DE.1020', '9'.repeat(600)),
  fc.string({ maxLength: 6 }),
)
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }))
const NAMES = [
  ...Object.keys(plain),
  ...Object.keys(groupStatus),
  'type',
  'errors',
  'payment',
  'recipient_user_id',
  '__proto__',
  'unknown',
]

/** A good object of which some members are missing, replaced or new, in any order. */
function mangled(good: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const changed = fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 2 })
  const left = fc.subarray(Object.entries(good), { minLength: Object.keys(good).length - 1 })
  return fc
    .tuple(left, changed)
    .map(([members, changes]) => [...members, ...Object.entries(changes)])
    .chain((members) => fc.shuffledSubarray(members, { minLength: members.length }))
    .map((members) => Object.fromEntries(members))
}

const item = fc.oneof(
  mangled(plain, NAMES),
  mangled(plain, Object.keys(plain)),
  mangled(conversation, ['id', 'origin', 'expiration_timestamp', 'pricing']).map((changed) => ({
    ...plain,
    conversation: changed,
  })),
  mangled(pricing, ['billable', 'type', 'category', 'pricing_model', 'more']).map((changed) => ({
    ...plain,
    pricing: changed,
  })),
)

const contacts = fc.option(
  fc.array(
    mangled(contact, ['profile', 'wa_id', 'user_id', 'parent_user_id', 'username', 'more']),
    {
      maxLength: 2,
    },
  ),
)

describe('translateStatusBody', () => {
  it('takes plain statuses, one or many, in any order of members', () => {
    expect(isTaken(toBytes(bodyOf(plain)))).toBe(true)
    expect(isTaken(toBytes(bodyOf(status(), plain, status({ type: 'message' }))))).toBe(true)
    const reversed = Object.fromEntries(Object.entries(plain).toReversed())
    expect(isTaken(toBytes(bodyOf(reversed)))).toBe(true)
    expectAsParsed(toBytes(bodyOf(status(), plain, reversed)))
  })

  it('takes the contacts beside them', () => {
    const recipient = { recipient_user_id: CUSTOMER_USER, recipient_parent_user_id: 'DE.ENT.1' }
    const named = { ...contact, profile: { name: 'Ada', username: 'ada' } }
    const body = toBytes(bodyWith({ contacts: [named], statuses: [status(recipient)] }))
    expect(isTaken(body)).toBe(true)
    expectAsParsed(body)
    const [event] = translateWebhook(body, testContext).events
    expect(event?.data).toMatchObject({ recipientUserId: CUSTOMER_USER, username: 'ada' })
  })

  it('leaves everything else to JSON.parse', () => {
    const others = [
      cloud({ statuses: [plain] }),
      cloud({ messages: [message()] }),
      envelopeOf(),
      JSON.parse(bodyOf(plain).replace('"statuses"', '"contacts":[],"statuses"')),
      ...[failedStatus, groupStatus, paymentStatus].map((one) => JSON.parse(bodyOf(one))),
    ]
    for (const other of others) {
      expect(isTaken(toBytes(other))).toBe(false)
      expectAsParsed(toBytes(other))
    }
    for (const bytes of ['', '{', '[]', 'null', bodyOf(), `${bodyOf(plain)} `]) {
      expect(isTaken(toBytes(bytes))).toBe(false)
    }
  })

  it('refuses what JSON.parse refuses, and what only it can judge', () => {
    const good = bodyOf(plain)
    const broken = [
      ...['\n', '\u0000', '\u001f', '\\x', '\\u12', '\\'].map((sign) => good.replace('c1', sign)),
      good.replace('"id":"wamid.S1"', '"id":"wamid.S1","id":"wamid.S2"'),
      good.replace('"id":"wamid.S1",', ''),
      good.replace('true', 'True'),
      good.replace('true', 'nul'),
      good.replace('"regular"', '"regular",'),
      `${good}}`,
      `\uFEFF${good}`,
      good.slice(0, -1),
    ]
    for (const body of broken) {
      expect(isTaken(toBytes(body))).toBe(false)
      expectAsParsed(toBytes(body))
    }
    const notUtf8 = toBytes(good).with(good.indexOf('c1'), 0xff)
    expect(isTaken(notUtf8)).toBe(false)
    expectAsParsed(notUtf8)
  })

  it('gives the very events that all other bodies give, whatever the items are', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 3 }), contacts, (statuses, known) => {
        expectAsParsed(
          toBytes(bodyWith(known === null ? { statuses } : { contacts: known, statuses })),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives the very outcome after any byte was changed, put in or taken out', () => {
    const good = toBytes(bodyOf(status(), plain))
    const bytes = fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[]:,0az\n')))
    const mutation = fc.tuple(fc.nat(good.length - 1), fc.nat(3), bytes)
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const body = [...good]
        for (const [at, removed, byte] of mutations) body.splice(at, Math.min(removed, 1), byte)
        expectAsParsed(Uint8Array.from(body))
      }),
      { numRuns: 1_500 },
    )
  })

  it('leaves a body of more items than are read to what limits them, however small they are', () => {
    const small = (count: number): Uint8Array =>
      toBytes(bodyOf(...Array.from({ length: count }, () => ({ id: 'a', status: 'b' }))))
    expect(isTaken(small(ITEMS_MAX))).toBe(true)
    expect(isTaken(small(ITEMS_MAX + 1))).toBe(false)
    const { deadLetters, verdict } = translateWebhook(small(ITEMS_MAX + 1), testContext)
    expect([verdict, deadLetters.map(({ reason }) => reason)]).toEqual([
      'partial',
      ['too_many_items'],
    ])
  })

  it('looks at the whole body, wherever its bytes begin in memory', () => {
    const good = toBytes(bodyOf(plain))
    for (let shift = 0; shift < 8; shift += 1) {
      for (let at = 0; at < good.length; at += 1) {
        const memory = new Uint8Array(shift + good.length)
        memory.set(good, shift)
        const body = memory.subarray(shift)
        body[at] = at % 2 === 0 ? 0x1f : 0x80
        expect(isTaken(body)).toBe(false)
      }
    }
  })
})
