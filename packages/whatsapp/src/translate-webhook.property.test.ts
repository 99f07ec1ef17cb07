import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  change,
  cloud,
  envelopeOf,
  message,
  status,
  testContext,
  toBytes,
  valueOf,
} from './fixtures.ts'
import { translateWebhook } from './translate-webhook.ts'

const anything = fc.jsonValue({ maxDepth: 4 })
const fields = fc.constantFrom(
  'messages',
  'calls',
  'history',
  'smb_message_echoes',
  '__proto__',
  'new_field',
)

/** A good item in which some members were replaced by anything. */
const mangled = (item: Readonly<Record<string, unknown>>) =>
  fc
    .dictionary(
      fc.constantFrom(...Object.keys(item), 'context', 'errors', 'conversation'),
      anything,
    )
    .map((changes) => ({ ...item, ...changes }))

const item = fc.oneof(mangled(message()), mangled(status()), anything)
const lists = fc.record(
  {
    contacts: anything,
    messages: fc.array(item),
    statuses: fc.array(item),
    errors: fc.array(anything),
    message_echoes: fc.oneof(fc.array(item), anything),
    history: fc.oneof(
      fc.array(fc.record({ threads: fc.array(fc.record({ messages: fc.array(item) })) })),
      anything,
    ),
  },
  { requiredKeys: [] },
)
const changes = fc.array(
  fc.tuple(fields, lists).map(([field, value]) => change(field, valueOf(value))),
)

function expectWhole(body: Uint8Array): void {
  const { verdict, counts, events, positions, deadLetters } = translateWebhook(body, testContext)
  const itemCount = Object.values(counts).reduce((sum, count) => sum + count, 0)
  const refused = deadLetters.filter(
    ({ reason, itemIndex }) => itemIndex >= 0 && reason !== 'wrong_shape',
  )
  expect(positions + refused.length).toBe(itemCount)
  expect(new Set(events.map(({ data }) => data.envelope.itemIndex)).size).toBe(positions)
  expect(deadLetters.length > 0).toBe(verdict === 'partial' || verdict === 'undecodable')
}

describe('translateWebhook', () => {
  it('turns every item into one position or one dead letter', () => {
    fc.assert(fc.property(changes, (list) => expectWhole(toBytes(envelopeOf(...list)))))
    fc.assert(fc.property(lists, (value) => expectWhole(toBytes(cloud(value)))))
    fc.assert(fc.property(lists, (value) => expectWhole(toBytes(value))))
  })

  it('never throws on any JSON', () => {
    fc.assert(fc.property(anything, (value) => expectWhole(toBytes(JSON.stringify(value)))))
  })

  it('never throws on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => expectWhole(bytes)))
  })

  it('never throws on a good body with flipped or missing bytes', () => {
    const good = toBytes(cloud({ messages: [message()], statuses: [status()] }))
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const body = isCut ? good.slice(0, at) : good.with(at, byte)
        expectWhole(body)
      }),
    )
  })
})
