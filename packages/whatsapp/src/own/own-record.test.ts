import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { cloud, message, RECEIVED_AT, testContext, toBytes } from '../fixtures.ts'
import { translateWebhook } from '../translate-webhook.ts'
import { type MarkedRead, toOwnBody } from './own-record.ts'

const ours = { ...testContext, isOwn: true }
const mark: MarkedRead = {
  number: '109876543210987',
  messageId: 'wamid.A',
  markedAt: RECEIVED_AT,
  askedBy: 'on_receipt',
}
const body = (events: unknown, version: unknown = 1) => toBytes({ version, events })
const item = {
  type: 'message_marked_read',
  number: '1',
  message_id: 'wamid.A',
  marked_at: RECEIVED_AT,
  asked_by: 'on_reply',
}

const lettersOf = (bytes: Uint8Array, context = ours) =>
  translateWebhook(bytes, context).deadLetters.map(({ detail, reason }) => `${reason}: ${detail}`)

describe('a record of our own', () => {
  it('says what was written, at positions of its own', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 }).filter((one) => !one.includes('\uFFFD'))
    const any = fc.record<MarkedRead>({
      number: text,
      messageId: text,
      markedAt: fc.integer({ min: Date.UTC(2010), max: RECEIVED_AT }),
      askedBy: text,
    })
    fc.assert(
      fc.property(fc.array(any, { maxLength: 5 }), (marks) => {
        const { counts, deadLetters, events } = translateWebhook(toOwnBody(marks), ours)
        expect(deadLetters).toEqual([])
        expect(counts.notifications).toBe(marks.length)
        const read = events.map(({ data, type }) => ({
          type,
          number: data.envelope.number,
          messageId: 'messageId' in data ? data.messageId : '',
          markedAt: data.envelope.providerTime,
          askedBy: 'askedBy' in data ? data.askedBy : '',
          itemIndex: data.envelope.itemIndex,
        }))
        expect(read).toEqual(
          marks.map((one, itemIndex) => ({ type: 'MessageMarkedRead', ...one, itemIndex })),
        )
      }),
    )
  })

  it('has one event id for a message, whenever it was marked and whoever asked', () => {
    const again = { ...mark, markedAt: RECEIVED_AT + 9, askedBy: 'on_request' }
    const other = { ...mark, messageId: 'wamid.B' }
    const { events } = translateWebhook(toOwnBody([mark, again, other]), ours)
    const ids = events.map(({ data }) => data.envelope.eventId)
    expect(ids[0]).toBe(ids[1])
    expect(ids[0]).not.toBe(ids[2])
  })

  it('is a dead letter where it can not be read, and its neighbours go on', () => {
    const bad = [
      { ...item, type: 'message_starred' },
      { ...item, message_id: '' },
      { ...item, message_id: 7 },
      { ...item, number: undefined },
      { ...item, asked_by: null },
      'x',
    ]
    const { events, verdict } = translateWebhook(body([...bad, item]), ours)
    expect(verdict).toBe('partial')
    expect(events).toHaveLength(1)
    expect(lettersOf(body(bad))).toEqual([
      'item_invalid: our own record of a kind that is not known here',
      'item_invalid: message_id is empty',
      'item_invalid: message_id is not text',
      'unknown_number: no phone number id',
      'item_invalid: asked_by is missing',
      'item_invalid: item is not an object',
    ])
  })

  it('is refused whole in a version that is not known here', () => {
    expect(lettersOf(body([item], 2))).toEqual([
      'wrong_shape: our own record, of a version that is not known here',
    ])
    expect(lettersOf(body('x'))).toEqual(['wrong_shape: our own record, without a list of events'])
    expect(lettersOf(toBytes('[]'))).toEqual(['wrong_shape: not a JSON object'])
    expect(lettersOf(toBytes('{'))).toHaveLength(1)
  })

  it.each([
    [undefined, 'missing'],
    ['1767225600000', 'unparsable'],
    [1.5, 'unparsable'],
    [5, 'too_early'],
    [RECEIVED_AT + 90_000_000, 'too_late'],
  ])('has no time where it gives %j', (given, problem) => {
    const { events } = translateWebhook(body([{ ...item, marked_at: given }]), ours)
    expect(events[0]?.data.envelope).toMatchObject({ providerTime: null, timeProblem: problem })
  })

  it('is none where the provider sends it, and no webhook is one', () => {
    expect(lettersOf(toOwnBody([mark]), { ...testContext, isOwn: false })).toEqual([
      'wrong_shape: neither an envelope nor a flat webhook',
    ])
    expect(translateWebhook(toBytes(cloud({ messages: [message()] })), ours).verdict).toBe(
      'undecodable',
    )
  })
})
