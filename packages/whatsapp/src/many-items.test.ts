import { describe, expect, it } from '@jest/globals'
import {
  change,
  cloud,
  contact,
  envelopeOf,
  message,
  NUMBER,
  status,
  testContext,
  toBytes,
  valueOf,
} from './fixtures.ts'
import { summarizeWebhook } from './summarize-webhook.ts'
import { ITEMS_MAX } from './body/items-max.ts'
import { translateWebhook } from './translate-webhook.ts'

const translate = (body: unknown) => translateWebhook(toBytes(body), testContext)
const times = <T>(count: number, item: T): readonly T[] => Array<T>(count).fill(item)

describe('of a body with more items than are read', () => {
  it.each([
    ['statuses', cloud({ statuses: times(ITEMS_MAX + 5, status()) })],
    ['messages', cloud({ messages: times(ITEMS_MAX + 5, message()) })],
    ['errors', cloud({ errors: times(ITEMS_MAX + 5, {}) })],
    [
      'several lists',
      cloud({
        messages: times(ITEMS_MAX - 1, message()),
        statuses: times(6, status()),
      }),
    ],
    [
      'a history',
      envelopeOf(
        change(
          'history',
          valueOf({
            history: [{ threads: times(ITEMS_MAX + 5, { id: '1', messages: [message()] }) }],
          }),
        ),
      ),
    ],
    ['many changes', envelopeOf(...times(ITEMS_MAX + 5, change('flows', {})))],
    [
      'many entries',
      {
        object: 'whatsapp_business_account',
        entry: times(ITEMS_MAX + 5, { id: '1', changes: [change('flows', {})] }),
      },
    ],
  ])('%s: the first become events, and one letter stands for the others', (_name, body) => {
    const { deadLetters, events, positions, verdict } = translate(body)
    expect([verdict, positions, events.length]).toEqual(['partial', ITEMS_MAX, ITEMS_MAX])
    expect(deadLetters).toEqual([
      {
        reason: 'too_many_items',
        itemIndex: ITEMS_MAX,
        item: undefined,
        detail: `5 items behind the first ${ITEMS_MAX} were not read`,
      },
    ])
  })

  it('bad items count, too', () => {
    const { counts, deadLetters, events } = translate(cloud({ statuses: times(1_000_000, 5) }))
    expect([events.length, deadLetters.length]).toEqual([0, ITEMS_MAX + 1])
    expect(counts.statuses).toBe(1_000_000)
    expect(
      translate({
        object: 'whatsapp_business_account',
        entry: times(ITEMS_MAX + 2, 5),
      }).deadLetters.at(-1),
    ).toMatchObject({ reason: 'too_many_items', itemIndex: ITEMS_MAX })
  })

  it('an item counts once for each of its errors, and no item after the limit is read', () => {
    const failed = status({ status: 'failed', errors: times(ITEMS_MAX, {}) })
    const { deadLetters, events } = translate(cloud({ statuses: [status(), failed, status()] }))
    expect(events).toHaveLength(1)
    expect(deadLetters).toMatchObject([{ reason: 'too_many_items', itemIndex: 1 }])
  })

  it('a summary lists no more than that', () => {
    const body = toBytes(cloud({ statuses: times(ITEMS_MAX + 5, status()) }))
    const { deadLetters, statuses } = summarizeWebhook(body, { receivedAt: testContext.receivedAt })
    expect([statuses.length, deadLetters]).toEqual([ITEMS_MAX, ['too_many_items']])
  })
})

it('a body with as many items as are allowed is read', () => {
  const { verdict, events } = translate(cloud({ statuses: times(ITEMS_MAX, status()) }))
  expect([verdict, events.length]).toEqual(['decoded', ITEMS_MAX])
})

describe('a long text that items share is not repeated in each', () => {
  const long = 'x'.repeat(100_000)

  it('name and ids of a contact', () => {
    const sender = { from: undefined, from_user_id: 'u' }
    const contacts = [contact, { wa_id: long, user_id: 'u', profile: { name: long } }]
    expect(translate(cloud({ contacts, messages: [message(sender)] })).events).toMatchObject([
      { data: { fromId: null, fromUserId: 'u', contactName: 'x'.repeat(256) } },
    ])
  })

  it('number, account, field and time', () => {
    const value = { metadata: { phone_number_id: long }, event: 'e' }
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ id: long, field: long, time: long, changes: [{ value }, { value }] }],
    }
    const { events } = translate(body)
    expect(events).toHaveLength(2)
    for (const { data } of events) {
      expect(data).toMatchObject({ field: '', accountId: null, envelope: { number: '' } })
      expect(data.envelope.timeProblem).toBe('missing')
    }
    expect(translate(cloud({ messages: [message()] })).events[0]?.data.envelope.number).toBe(NUMBER)
  })
})
