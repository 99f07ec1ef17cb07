import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cloud, envelopeOf, message, status, testContext, toBytes } from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'
import { isLongNumber, mayHaveLongNumbers, parseWithLongNumbers } from './long-numbers.ts'
import { decodeBody, parseBody } from './parse-body.ts'

const LONG = '120000000000000497'
const OTHER = '120000000000000499'

/** A body in which the text `"#"` stands for a number as written. */
const withNumber = (body: unknown, number: string) =>
  toBytes(JSON.stringify(body).replaceAll('"#"', number))

const translate = (body: unknown, number: string) =>
  translateWebhook(withNumber(body, number), testContext)

const parse = (body: Uint8Array) => parseBody(body, decodeBody(body))

describe('a number that a double would change', () => {
  it.each([
    LONG,
    `-${LONG}`,
    '9007199254740993',
    '0.12345678901234567',
    '1234567890.12345678',
    '123456789012345678e3',
    '1e400',
    '-1E+309',
    '1.5e-400',
  ])('%s keeps every digit in the payload of an account event', (number) => {
    const value = { event: 'APPROVED', message_template_id: '#', list: [1, '#', null] }
    const { events } = translate(
      envelopeOf({ field: 'message_template_status_update', value }),
      number,
    )
    expect(events).toMatchObject([
      {
        data: {
          payload: `{"event":"APPROVED","message_template_id":${number},"list":[1,${number},null]}`,
        },
      },
    ])
  })

  it.each(['0', '-1', '1.5', '1e3', '123456789012345', '9007199254740991', '1795860000'])(
    '%s is a number like any other',
    (number) => {
      const parsed = parse(toBytes(`{"a":${number}}`))
      expect(parsed).toMatchObject({ root: { a: Number(number) } })
    },
  )

  it('tells two templates apart', () => {
    const ids = [LONG, OTHER].map((number) => {
      const value = { event: 'APPROVED', message_template_id: '#' }
      const { events } = translate(envelopeOf({ field: 'f', value }), number)
      return events[0]?.data.envelope.eventId
    })
    expect(new Set(ids).size).toBe(2)
  })

  it('is the id of an account, a number, a person or a group with all of its digits', () => {
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '#',
          changes: [
            {
              field: 'messages',
              value: {
                metadata: { phone_number_id: '#', display_phone_number: '#' },
                contacts: [{ wa_id: '#', profile: { name: 'Ada' } }],
                messages: [message({ from: '#', group_id: '#' })],
                statuses: [status({ recipient_id: '#' })],
              },
            },
          ],
        },
      ],
    }
    // The customer has the business's number here: the message is the business's own.
    const { events } = translate(body, LONG)
    expect(events).toMatchObject([
      { type: 'MessageEchoed', data: { groupId: LONG } },
      { type: 'MessageStatusChanged', data: { recipientId: LONG } },
    ])
    for (const { data } of events) {
      expect(data.envelope).toMatchObject({ number: LONG, accountId: LONG, displayNumber: LONG })
    }
  })

  it('stays exact in content and in what no field holds', () => {
    const order = { catalog_id: '#', product_items: [{ item_price: '#', quantity: 1 }] }
    const item = message({ type: 'order', text: undefined, order, new_member: ['#'] })
    const { events } = translate(cloud({ messages: [item] }), LONG)
    expect(events[0]?.data).toMatchObject({
      content: `{"catalog_id":${LONG},"product_items":[{"item_price":${LONG},"quantity":1}]}`,
      unread: `{"new_member":[${LONG}]}`,
    })
  })

  it('as the id of a message is refused with all of its digits', () => {
    const { deadLetters } = translate(cloud({ messages: [message({ id: '#' })] }), LONG)
    expect(deadLetters).toMatchObject([{ detail: 'message id is not text' }])
    expect(JSON.stringify(deadLetters[0]?.item)).toContain(`"id":${LONG},`)
  })

  it.each([
    ['an item', cloud({ messages: ['#'] }), 'item_invalid'],
    ['an error', cloud({ errors: ['#'] }), 'item_invalid'],
    ['a value', envelopeOf({ field: 'messages', value: '#' }), 'wrong_shape'],
    ['an entry', { object: 'whatsapp_business_account', entry: ['#'] }, 'wrong_shape'],
    [
      'a thread',
      envelopeOf({ field: 'history', value: { history: [{ threads: ['#'] }] } }),
      'wrong_shape',
    ],
  ])('in the place of %s is no object', (_name, body, reason) => {
    expect(translate(body, LONG).deadLetters).toMatchObject([{ reason }])
  })

  it('as a time is doubtful, and two of them are two facts', () => {
    const ids = [LONG, OTHER].map((number) => {
      const [event] = translate(cloud({ statuses: [status({ timestamp: '#' })] }), number).events
      expect(event?.data).toMatchObject({
        envelope: { providerTime: null, timeProblem: 'unparsable' },
        unread: `{"timestamp":${number}}`,
      })
      return event?.data.envelope.eventId
    })
    expect(new Set(ids).size).toBe(2)
  })
})

describe('the look for long numbers', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text)

  it('finds one wherever it stands', () => {
    for (let before = 0; before < 64; before += 1) {
      for (const number of [LONG, `-${LONG}`, '1234567890123456', '0.123456789012345']) {
        expect(mayHaveLongNumbers(bytesOf(`{"${'x'.repeat(before)}":${number}}`))).toBe(true)
      }
    }
  })

  it.each([
    ['none', '{"a":123456789012345,"b":[1.5]}'],
    ['those in texts', `{"a":"${LONG}","b":"wamid.${LONG}"}`],
    ['those behind an escaped quotation mark', `{"a":"\\"${LONG}\\""}`],
    ['names of members', `{"${LONG}":1}`],
  ])('passes over %s', (_name, text) => {
    expect(mayHaveLongNumbers(bytesOf(text))).toBe(false)
  })

  it('reads a text that only looks like one as text', () => {
    const text = `{"a":"call: ${LONG}, now","b":"\\\\","c":${LONG}}`
    const root = parseWithLongNumbers(text)
    expect(root).toMatchObject({ a: `call: ${LONG}, now`, b: '\\' })
    expect(JSON.stringify(root)).toBe(text)
  })

  it('takes a time that grows with the body, not with the run', () => {
    const body = bytesOf(`{"a":"${'1'.repeat(3_000_000)}"}`)
    const start = performance.now()
    expect(mayHaveLongNumbers(body)).toBe(false)
    expect(performance.now() - start).toBeLessThan(1_000)
  })

  it('writes any JSON again as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value)
        expect(JSON.stringify(parseWithLongNumbers(text))).toBe(text)
      }),
    )
  })

  it('writes any digits again as they were', () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,40}(\.\d{0,20}[1-9])?$/)
    fc.assert(
      fc.property(digits, fc.string(), (number, key) => {
        const text = `{${JSON.stringify(key)}:[${number}]}`
        const parsed = parse(bytesOf(text))
        expect(parsed.ok && JSON.stringify(parsed.root)).toBe(text)
      }),
    )
  })

  it('knows a long number from an object', () => {
    const [long, ...others] = [LONG, '1', '{"rawJSON":"1"}', '"1"'].map(parseWithLongNumbers)
    expect([isLongNumber(long), ...others.map(isLongNumber)]).toEqual([true, false, false, false])
  })
})
