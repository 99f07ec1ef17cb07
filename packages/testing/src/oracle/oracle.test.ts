import { describe, expect, it } from '@jest/globals'
import { readFacts } from './facts.ts'
import { expectLaterTimes, expectTimelines } from './oracle.ts'

const NOW_MS = Date.UTC(2026, 5, 1)
const SENT = Date.UTC(2026, 4, 1) / 1000

function cloud(value: object, field = 'messages') {
  const metadata = { phone_number_id: '1', display_phone_number: '+49 1' }
  return { entry: [{ id: 'w', changes: [{ field, value: { metadata, ...value } }] }] }
}

function timelinesOf(...bodies: { [key: string]: unknown }[]) {
  const facts = bodies.flatMap((body) => [...readFacts(body, { flatNumber: '9', nowMs: NOW_MS })])
  return [...expectTimelines(facts).values()]
}

describe('oracle', () => {
  it('keeps the earliest time of each rung and the furthest rung', () => {
    const status = (word: string, seconds: number) =>
      cloud({ statuses: [{ id: 'm', status: word, timestamp: String(seconds) }] })
    expect(
      timelinesOf(status('read', SENT + 9), status('sent', SENT), status('read', SENT + 5)),
    ).toEqual([
      expect.objectContaining({
        rungs: 'sent read',
        sentAt: SENT * 1000,
        deliveredAt: null,
        readAt: (SENT + 5) * 1000,
      }),
    ])
  })

  it('knows every other time of a word, each once and the eight latest', () => {
    const reported = (word: string, seconds: number) => [
      ...readFacts(
        cloud({ statuses: [{ id: 'm', status: word, timestamp: String(SENT + seconds) }] }),
        { flatNumber: '9', nowMs: NOW_MS },
      ),
    ]
    const facts = [
      ...reported('read', 9),
      ...reported('read', 5),
      ...reported('read', 9),
      ...reported('failed', 1),
      ...reported('failed', 0),
      ...reported('sent', 0),
      ...reported('warning', 1),
      ...reported('warning', 2),
    ]
    expect([...expectLaterTimes(facts).values()]).toEqual([
      `failed ${SENT + 1}000, read ${SENT + 9}000`,
    ])
    const many = Array.from({ length: 12 }, (_, second) => reported('sent', second)).flat()
    expect([...expectLaterTimes(many).values()][0]?.split(', ')).toEqual(
      [4, 5, 6, 7, 8, 9, 10, 11].map((second) => `sent ${SENT + second}000`),
    )
  })

  it('puts a reply, a reaction and an edit on the message they are about', () => {
    const messages = [
      { id: 'a', type: 'text', timestamp: SENT, context: { id: 'm' } },
      { id: 'b', type: 'reaction', timestamp: SENT, reaction: { message_id: 'm', emoji: '👍' } },
      { id: 'c', type: 'edit', timestamp: SENT, edit: { original_message_id: 'm' } },
    ]
    const found = timelinesOf({ messages })
    expect(found.map((timeline) => timeline.messageId)).toEqual(['a', 'm'])
    expect(found[1]).toMatchObject({ number: '9', replied: true, reaction: '👍', edited: true })
  })

  it('does not take the status of a call as one of a message', () => {
    expect(timelinesOf(cloud({ statuses: [{ id: 'c', status: 'RINGING' }] }, 'calls'))).toEqual([])
  })

  it('takes nothing from a status with an unknown word, not even its price', () => {
    const reported = (word: string, category: string) =>
      cloud({
        statuses: [
          {
            id: 'm',
            status: word,
            biz_opaque_callback_data: category,
            pricing: { category },
          },
        ],
      })
    expect(timelinesOf(reported('in_transit', 'utility'))[0]).toMatchObject({
      rungs: '',
      pricingCategory: null,
      callbackData: null,
    })
    expect(
      timelinesOf(reported('in_transit', 'utility'), reported('sent', 'marketing'))[0],
    ).toMatchObject({
      rungs: 'sent',
      pricingCategory: 'marketing',
      callbackData: 'marketing',
    })
  })

  it('takes a time before 2009 or in the far future as unknown', () => {
    const at = (timestamp: string) => cloud({ statuses: [{ id: 'm', status: 'sent', timestamp }] })
    expect(timelinesOf(at('1'), at('4102444800'))[0]).toMatchObject({ rungs: 'sent', sentAt: null })
  })
})
