import { describe, expect, it } from '@jest/globals'
import {
  ACCOUNT,
  callStatus,
  change,
  cloud,
  contact,
  envelopeOf,
  history,
  message,
  NUMBER,
  status,
  testContext,
  toBytes,
  valueOf,
} from './fixtures.ts'
import { translateWebhook } from './translate-webhook.ts'

const translate = (body: unknown, configuredNumber: string | null = null) =>
  translateWebhook(toBytes(body), { ...testContext, configuredNumber })

const typesOf = (body: unknown, configuredNumber: string | null = null) =>
  translate(body, configuredNumber).events.map(({ type }) => type)

const reasonsOf = (body: unknown) => translate(body).deadLetters.map(({ reason }) => reason)

describe('dialects', () => {
  it('reads the number of an envelope from its metadata', () => {
    const { verdict, events } = translate(cloud({ statuses: [status()] }), 'other')
    expect(verdict).toBe('decoded')
    expect(events[0]?.data.envelope).toMatchObject({ number: NUMBER, rawOffset: 42, itemIndex: 0 })
  })

  it('gives a flat body the number of its channel', () => {
    const { verdict, events } = translate(
      { messages: [message()], statuses: [status()] },
      'configured',
    )
    expect(verdict).toBe('decoded')
    expect(events.map(({ data }) => data.envelope.number)).toEqual(['configured', 'configured'])
  })

  it('dead-letters the items of a flat body when nothing names the number', () => {
    const { verdict, deadLetters } = translate({ messages: [message()], statuses: [status()] })
    expect(verdict).toBe('partial')
    expect(deadLetters.map(({ reason, itemIndex }) => [reason, itemIndex])).toEqual([
      ['unknown_number', 0],
      ['unknown_number', 1],
    ])
  })

  it('prefers the envelope and dead-letters flat lists beside it', () => {
    const body = { ...cloud({ statuses: [status()] }), messages: [message()] }
    expect(typesOf(body)).toEqual(['MessageStatusChanged'])
    expect(reasonsOf(body)).toEqual(['wrong_shape'])
  })

  it('reads flat lists beside an entry that is not a list, and reports the entry', () => {
    const body = { entry: null, messages: [message()] }
    expect(typesOf(body, 'configured')).toEqual(['MessageReceived'])
    expect(reasonsOf({ ...body, messages: [] })).toEqual(['wrong_shape'])
  })

  it('takes a change without a field for messages when it holds their lists', () => {
    expect(typesOf(envelopeOf({ value: valueOf({ messages: [message()] }) }))).toEqual([
      'MessageReceived',
    ])
  })
})

describe('batches', () => {
  it('numbers the items of all entries and changes in the order of the body', () => {
    const first = cloud({ messages: [message()], statuses: [status()], errors: [{ code: 131000 }] })
    const second = envelopeOf(change('account_update', { event: 'VERIFIED_ACCOUNT' }))
    const { events, counts } = translate({ ...first, entry: [...first.entry, ...second.entry] })
    expect(events.map(({ type, data }) => [type, data.envelope.itemIndex])).toEqual([
      ['MessageReceived', 0],
      ['MessageStatusChanged', 1],
      ['ErrorReported', 2],
      ['AccountEventReceived', 3],
    ])
    expect(counts).toEqual({
      messages: 1,
      statuses: 1,
      errors: 1,
      echoes: 0,
      historyMessages: 0,
      notifications: 1,
    })
  })

  it('lets a bad item spoil only itself', () => {
    const { verdict, events, deadLetters, positions } = translate(
      cloud({ statuses: [status(), { id: 7, status: 'read' }, null, status({ status: 'read' })] }),
    )
    expect(verdict).toBe('partial')
    expect(events.map(({ data }) => data.envelope.itemIndex)).toEqual([0, 3])
    expect(positions).toBe(2)
    expect(deadLetters).toEqual([
      {
        reason: 'item_invalid',
        detail: 'status id is not text',
        itemIndex: 1,
        item: { id: 7, status: 'read' },
      },
      { reason: 'item_invalid', detail: 'item is not an object', itemIndex: 2, item: null },
    ])
  })

  it('dead-letters what stands in place of an entry, a change or a list', () => {
    const good = cloud({ statuses: [status()], messages: 'none' })
    const body = { ...good, entry: [null, { id: '1' }, ...good.entry, { id: '2', changes: [5] }] }
    expect(typesOf(body)).toEqual(['MessageStatusChanged'])
    expect(reasonsOf(body)).toEqual(['wrong_shape', 'wrong_shape', 'wrong_shape', 'wrong_shape'])
  })

  it('calls an envelope without items empty', () => {
    expect(translate(envelopeOf()).verdict).toBe('empty')
    expect(translate({ contacts: [contact] }).verdict).toBe('empty')
  })
})

describe('fields', () => {
  it('keeps calls whole, for their statuses are not those of messages', () => {
    const { events, otherFields, counts } = translate(callStatus)
    expect(otherFields).toEqual(['calls'])
    expect(counts.statuses).toBe(0)
    expect(events[0]).toMatchObject({
      type: 'AccountEventReceived',
      data: { field: 'calls', accountId: ACCOUNT },
    })
  })

  it('keeps an unknown field with its value as JSON text', () => {
    const value = { event: 'NEW', deep: { list: [1, 'two', null] } }
    const [event] = translate(envelopeOf(change('invented_tomorrow', value))).events
    expect(event?.data).toMatchObject({
      field: 'invented_tomorrow',
      event: 'NEW',
      payload: JSON.stringify(value),
    })
    expect(event?.data.envelope).toMatchObject({ number: '', providerTime: 1_767_225_600_000 })
  })

  it('turns echoes of the phone app into outbound messages', () => {
    const echo = message({ id: 'wamid.E1', from: '49301234567', to: '491511234567' })
    const body = envelopeOf(change('smb_message_echoes', valueOf({ message_echoes: [echo] })))
    const { events, counts, otherFields } = translate(body)
    expect(counts.echoes).toBe(1)
    expect(otherFields).toEqual(['smb_message_echoes'])
    expect(events[0]).toMatchObject({
      type: 'MessageEchoed',
      data: { messageId: 'wamid.E1', recipientId: '491511234567', historical: false },
    })
  })

  it('marks what a history brings, in either direction', () => {
    const { events, counts } = translate(history)
    expect(counts).toMatchObject({ messages: 0, historyMessages: 2, notifications: 0 })
    expect(events).toMatchObject([
      {
        type: 'MessageReceived',
        data: { historical: true, fromUserId: 'DE.10203040506070809010' },
      },
      { type: 'MessageEchoed', data: { historical: true, historicalStatus: 'delivered' } },
    ])
  })

  it('reports the errors of a declined history', () => {
    const declined = { history: [{ errors: [{ code: 2593109, title: 'Declined' }] }] }
    expect(typesOf(envelopeOf(change('history', valueOf(declined))))).toEqual(['ErrorReported'])
  })
})

describe('bodies that cannot be read', () => {
  const { object, entry } = cloud({ statuses: [status()] })
  const text = JSON.stringify({ object, entry })

  it.each([
    ['nothing', '', 'not_json'],
    ['a cut body', text.slice(0, -1), 'not_json'],
    ['two documents', text + text, 'not_json'],
    ['deep nesting', '['.repeat(2000) + ']'.repeat(2000), 'too_deep'],
    [
      'deep nesting behind brackets in text',
      `{"a":"]]]\\"]]","b":${'{"c":'.repeat(600)}1${'}'.repeat(600)}}`,
      'too_deep',
    ],
    ['a list', `[${text}]`, 'wrong_shape'],
    ['null', 'null', 'wrong_shape'],
    ['an empty object', '{}', 'wrong_shape'],
    ['a foreign object', '{"object":"page","entry":[]}', 'wrong_shape'],
    [
      'an entry that is no list',
      '{"object":"whatsapp_business_account","entry":{}}',
      'wrong_shape',
    ],
  ])('dead-letters %s as a whole', (_name, body, reason) => {
    const { verdict, events, deadLetters } = translate(body)
    expect({ verdict, events }).toEqual({ verdict: 'undecodable', events: [] })
    expect(deadLetters).toMatchObject([{ reason, itemIndex: -1 }])
  })

  it('reads past a byte order mark', () => {
    expect(typesOf(`\uFEFF${text}`)).toEqual(['MessageStatusChanged'])
  })

  it('keeps the items of a body with broken UTF-8 and reports it', () => {
    const bytes = toBytes(cloud({ messages: [message({ text: { body: '#' } })] }))
    bytes[bytes.indexOf('#'.charCodeAt(0))] = 0xff
    const { verdict, events, deadLetters } = translateWebhook(bytes, testContext)
    expect(verdict).toBe('partial')
    expect(events[0]).toMatchObject({ data: { text: '\uFFFD' } })
    expect(deadLetters).toMatchObject([{ reason: 'not_json', itemIndex: -1 }])
  })
})
