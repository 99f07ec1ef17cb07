import { describe, expect, it } from '@jest/globals'
import { type Arrival } from './arrivals.ts'
import { generateHours } from './traffic.ts'

const DAY_MS = 86_400_000
const endMs = Date.UTC(2026, 4, 1, 13, 20)
const MESSAGES_PER_DAY = 12_000
const options = {
  seed: 7,
  numbers: 50,
  messagesPerDay: MESSAGES_PER_DAY,
  startMs: endMs - 2 * DAY_MS,
  endMs,
}
const hours = [...generateHours(options)]
const arrivals = hours.flat()

function count(isCounted: (arrival: Arrival) => boolean): number {
  return arrivals.filter(isCounted).length
}

const isStatus =
  (word: string) =>
  ({ event }: Arrival): boolean =>
    event.type === 'MessageStatusChanged' && event.data.status === word

describe('generated traffic', () => {
  it('is the same for the same seed, and another for another', () => {
    const first = (seed: number) => generateHours({ ...options, seed }).next().value
    expect(first(7)).toEqual(hours[0])
    expect(first(8)).not.toEqual(hours[0])
  })

  it('comes in hour by hour in order, each raw partition without gaps', () => {
    const times = arrivals.map(({ envelope }) => envelope.receivedAt)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times.at(-1)).toBeLessThan(endMs)
    const partitions = Map.groupBy(arrivals, ({ envelope }) => envelope.rawPartition)
    expect(partitions.size).toBe(6)
    for (const some of partitions.values()) {
      expect(some.map(({ envelope }) => envelope.rawOffset)).toEqual([...some.keys()])
    }
  })

  it('has the messages of a day and their events, as a business has them', () => {
    const threads = new Set(arrivals.map(({ thread }) => thread)).size
    expect(threads / (2 * MESSAGES_PER_DAY)).toBeCloseTo(1, 1)
    expect(arrivals.length / threads).toBeGreaterThan(2.1)
    expect(arrivals.length / threads).toBeLessThan(2.4)
    const inbound = count(({ event }) => event.type === 'MessageReceived')
    expect(inbound / threads).toBeGreaterThan(0.2)
    expect(count(isStatus('failed')) / count(isStatus('sent'))).toBeCloseTo(0.02, 2)
  })

  it('repeats three in a hundred, each under the id of the first', () => {
    const ids = new Set(arrivals.map(({ envelope }) => envelope.eventId))
    expect(1 - ids.size / arrivals.length).toBeCloseTo(0.03, 2)
  })

  it('has five in a hundred that come late, and some of what happened months ago', () => {
    const delays = arrivals.map(
      ({ envelope }) => envelope.receivedAt - (envelope.providerTime ?? 0),
    )
    const late = delays.filter((delay) => delay > 10_000).length
    expect(late / arrivals.length).toBeGreaterThan(0.05)
    expect(late / arrivals.length).toBeLessThan(0.1)
    expect(delays.filter((delay) => delay > 49 * DAY_MS).length).toBeGreaterThan(5)
  })

  it('has every kind of event that the views are about', () => {
    const kinds = new Set(
      arrivals.map(({ event }) =>
        event.type === 'AccountEventReceived' ? event.data.field : event.type,
      ),
    )
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        'MessageReceived',
        'MessageStatusChanged',
        'MessageEchoed',
        'MessageEdited',
        'MessageRevoked',
        'MessageReacted',
        'MessageReplied',
        'calls',
        'user_preferences',
        'message_template_status_update',
        'message_template_quality_update',
        'phone_number_quality_update',
      ]),
    )
  })

  it('names a customer by both ids, by the number alone, or by the user id alone', () => {
    const senders = arrivals.flatMap(({ event }) =>
      event.type === 'MessageReceived' ? [event.data] : [],
    )
    const named = new Set(
      senders.map(({ fromId, fromUserId }) => `${fromId !== null} ${fromUserId !== null}`),
    )
    expect([...named].toSorted()).toEqual(['false true', 'true false', 'true true'])
    const customers = new Set(senders.map(({ fromId, fromUserId }) => fromId ?? fromUserId))
    expect(customers.size * 1.5).toBeLessThan(senders.length)
  })

  it('gives some numbers much more than others, and groups participants', () => {
    const perNumber = [...Map.groupBy(arrivals, ({ envelope }) => envelope.number).values()]
      .map(({ length }) => length)
      .toSorted((one, other) => other - one)
    expect(perNumber).toHaveLength(50)
    expect(perNumber[0]).toBeGreaterThan(8 * (perNumber.at(-1) ?? 0))
    expect(
      count(({ event }) => event.type === 'MessageStatusChanged' && event.data.participant !== ''),
    ).toBeGreaterThan(100)
  })
})
