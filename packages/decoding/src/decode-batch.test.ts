import { describe, expect, it } from '@jest/globals'
import { INTERNAL_CHANNEL, INTERNAL_DIALECT, rawHeaders } from '@wabastream/contracts'
import { routeOf, timelineKey } from '@wabastream/domain'
import { createAvroCodec, createInMemorySchemaStore } from '@wabastream/schema-registry'
import { toOwnBody } from '@wabastream/whatsapp'
import { decodeBatch, decodeInSlices } from './decode-batch.ts'
import {
  message,
  NUMBER,
  rawBatch,
  RECEIVED_AT,
  SECONDS,
  status,
  webhook,
} from '@wabastream/testing'

const codec = createAvroCodec({ store: createInMemorySchemaStore() })
await codec.register()
const PARTITIONS = 6
function decode(bodies: readonly unknown[], headers: Readonly<Record<string, string>> = {}) {
  const batch = rawBatch(bodies, headers)
  const decoded = decodeBatch(batch, { codec, partitions: PARTITIONS, generation: 7 })
  const records = [...decoded.events.values()].flat()
  return { ...decoded, facts: records.map(({ value }) => codec.decode(value ?? new Uint8Array())) }
}

describe('events', () => {
  it('go to the partition and under the key of the message that they are about', () => {
    const reaction = message('wamid.R', { type: 'reaction', reaction: { message_id: 'wamid.A' } })
    const { events } = decode([
      webhook({ statuses: [status('wamid.A')] }),
      webhook({ messages: [reaction] }),
    ])
    const target = { number: NUMBER, messageId: 'wamid.A', participant: '' }
    const records = events.get(routeOf(target, PARTITIONS).partition) ?? []
    expect(records.map(({ key }) => String(Buffer.from(key ?? '')))).toEqual([
      timelineKey(target),
      timelineKey(target),
    ])
    for (const { headers } of records) {
      expect(headers).toEqual({ 'received-at': String(RECEIVED_AT) })
    }
    expect(records.map(({ value }) => codec.decode(value ?? new Uint8Array()).type)).toEqual([
      'MessageStatusChanged',
      'MessageReacted',
    ])
  })

  it('about no message are keyed by their number', () => {
    const { events } = decode([webhook({ errors: [{ code: 1 }, { code: 2 }] })])
    expect([...events.values()].flat().map(({ key }) => key)).toEqual([NUMBER, NUMBER])
    expect(events.size).toBe(1)
  })

  it('carry the position of their raw record', () => {
    const { facts } = decode(['{}', webhook({ messages: [message('a')], statuses: [status('b')] })])
    const envelopes = facts.map(({ data }) => 'envelope' in data && data.envelope)
    expect(envelopes).toHaveLength(2)
    const expected = [0, 1].map((itemIndex) =>
      expect.objectContaining({
        rawPartition: 2,
        rawOffset: 101,
        itemIndex,
        receiptId: 'receipt-101',
        channel: 'main',
        receivedAt: RECEIVED_AT,
      }),
    )
    expect(envelopes).toEqual(expect.arrayContaining(expected))
  })

  it('of our own records need both the channel and the dialect that nobody else has', () => {
    const body = new TextDecoder().decode(
      toOwnBody([
        { number: '1', messageId: 'wamid.A', markedAt: RECEIVED_AT, askedBy: 'on_reply' },
      ]),
    )
    const ours = {
      [rawHeaders.channel]: INTERNAL_CHANNEL,
      [rawHeaders.dialect]: INTERNAL_DIALECT,
    }
    const { facts, verdicts } = decode([body], ours)
    expect(facts).toMatchObject([
      {
        type: 'MessageMarkedRead',
        data: { messageId: 'wamid.A', envelope: { channel: INTERNAL_CHANNEL, number: '1' } },
      },
    ])
    expect(verdicts).toMatchObject([{ verdict: 'decoded', events: 1, otherFields: 1 }])
    for (const forged of Object.keys(ours)) {
      expect(decode([body], { ...ours, [forged]: 'main' }).deadLetters).toMatchObject([
        { reason: 'wrong_shape' },
      ])
    }
  })

  it('of a flat body belong to the number that the channel is set up with', () => {
    const body = { statuses: [status('a')] }
    expect(decode([body], { [rawHeaders.number]: '77' }).facts).toMatchObject([
      { data: { envelope: { number: '77' } } },
    ])
    expect(decode([body]).deadLetters).toMatchObject([{ reason: 'unknown_number', itemIndex: 0 }])
  })
})

describe('verdicts', () => {
  it('are there for every record, with its items counted', () => {
    const reply = message('b', { context: { id: 'wamid.A' } })
    const { verdicts } = decode([
      webhook({ messages: [message('a'), reply], statuses: [status('c'), 5] }),
      '',
      webhook({}),
    ])
    expect(verdicts).toMatchObject([
      { offsetDelta: 0, verdict: 'partial', messages: 2, statuses: 2, events: 3, deadLetters: 1 },
      { offsetDelta: 1, verdict: 'undecodable', bytes: 0, events: 0, deadLetters: 1 },
      { offsetDelta: 2, verdict: 'empty', receiptId: 'receipt-102', events: 0, deadLetters: 0 },
    ])
  })

  it('take the time of the record if no receipt is reported', () => {
    const { verdicts } = decode([webhook({})], { [rawHeaders.receivedAt]: 'soon' })
    expect(verdicts).toMatchObject([{ receivedAt: RECEIVED_AT + 5 }])
  })

  it.each([
    ['ahead', 60],
    ['behind', -60],
  ])('and events take it from the append when a clock is %s', (problem, days) => {
    const receivedAt = String(RECEIVED_AT + days * 86_400_000)
    const { events, tally, verdicts } = decode([webhook({ statuses: [status('a')] })], {
      [rawHeaders.receivedAt]: receivedAt,
    })
    expect(verdicts).toMatchObject([{ receivedAt: RECEIVED_AT + 5 }])
    const records = [...events.values()].flat()
    expect(records.map(({ headers }) => headers?.['received-at'])).toEqual([
      String(RECEIVED_AT + 5),
    ])
    expect(tally.byReceivedAtProblem).toEqual(new Map([[problem, 1]]))
  })
})

describe('the tally', () => {
  it('counts events, doubtful times, and delays of new facts', () => {
    const late = { ...status('a'), timestamp: String(Number(SECONDS) - 5) }
    const { tally } = decode([webhook({ statuses: [late, { ...status('b'), timestamp: 'x' }] })])
    expect(tally.byType).toEqual(new Map([['MessageStatusChanged', 2]]))
    expect(tally.byTimeProblem).toEqual(new Map([['unparsable', 1]]))
    expect(tally.ingestDelaysMs).toEqual([5_000])
  })
})

describe('dead letters', () => {
  it('of an item hold the item', () => {
    const bad = { id: 5, status: 'sent' }
    const [letter] = decode([webhook({ statuses: [status('a'), bad] })]).deadLetters
    expect(letter).toMatchObject({
      reason: 'item_invalid',
      stage: 'decoder',
      generation: 7,
      topic: 'raw',
      partition: 2,
      offset: 100,
      itemIndex: 1,
      receiptId: 'receipt-100',
      channel: 'main',
      receivedAt: RECEIVED_AT,
      attempts: 1,
    })
    expect(JSON.parse(String(letter?.body))).toEqual(bad)
  })

  it('of a whole body hold its bytes', () => {
    const [letter] = decode(['no JSON']).deadLetters
    expect(letter).toMatchObject({ reason: 'not_json', itemIndex: -1 })
    expect(String(letter?.body)).toBe('no JSON')
  })

  it('cut a body that no record could hold, and say so', () => {
    const [letter] = decode(['x'.repeat(4_000_000)]).deadLetters
    expect(letter?.body.length).toBe(3_500_000)
    expect(letter?.detail).toContain('first 3500000 of 4000000 bytes')
  })

  it('take the place of an event that is too large', () => {
    const body = 'x'.repeat(3_600_000)
    const large = message('b', { text: { body }, context: { id: 'wamid.A' } })
    const { deadLetters, facts, verdicts } = decode([webhook({ messages: [message('a'), large] })])
    expect(facts.map(({ type }) => type)).toEqual(['MessageReceived'])
    expect(deadLetters).toMatchObject([{ reason: 'too_large', itemIndex: 1 }])
    expect(verdicts).toMatchObject([{ verdict: 'partial', messages: 2, events: 1, deadLetters: 1 }])
  })

  it('take the place of an event that does not fit its schema', () => {
    const payment = {
      ...status('a', 'captured'),
      type: 'payment',
      payment: { amount: { value: 2 ** 53 - 1 } },
    }
    const { deadLetters, facts } = decode([webhook({ statuses: [payment, status('b')] })])
    expect(facts.map(({ type }) => type)).toEqual(['MessageStatusChanged'])
    expect(deadLetters).toMatchObject([{ reason: 'schema_rejected', itemIndex: 0 }])
  })
})

describe('slices', () => {
  const options = { codec, partitions: PARTITIONS, generation: 7 }
  const slicesOf = (bodies: readonly unknown[]) => [...decodeInSlices(rawBatch(bodies), options)]

  it('of a usual batch are one: the batch', () => {
    const batch = rawBatch([webhook({ statuses: [status('a')] }), 'bad'])
    const [slice, ...others] = decodeInSlices(batch, options)
    expect(others).toEqual([])
    expect(slice?.batch).toEqual(batch)
    expect(slice?.decoded.verdicts).toEqual(decodeBatch(batch, options).verdicts)
  })

  it.each([
    ['items', webhook({ statuses: Array<unknown>(15_000).fill(5) })],
    ['bytes', webhook({ messages: [message('a', { text: { body: 'x'.repeat(3_000_000) } })] })],
  ])('end when they hold many %s, and follow one another', (_name, body) => {
    const slices = slicesOf([body, body, body, body, body, 'bad'])
    expect(slices.length).toBeGreaterThan(1)
    let offset = 100
    for (const { batch, decoded } of slices) {
      expect(batch.fetchedOffset).toBe(offset)
      expect(batch.records[0]?.offset).toBe(offset)
      expect(decoded.verdicts.map(({ offsetDelta }) => offsetDelta)).toEqual(
        batch.records.map((_, index) => index),
      )
      expect(decoded.deadLetters.length).toBeLessThanOrEqual(30_000)
      offset = batch.nextOffset
    }
    expect(offset).toBe(106)
  })
})
