import { describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import {
  anEcho,
  anEdit,
  anEnvelope,
  aReceivedMessage,
  aReply,
  aRevocation,
  aStatus,
  anEvent,
} from '@wabastream/testing'
import fc from 'fast-check'
import { currentStatus } from './ladder.ts'
import { evolve, initialTimeline } from './message-timeline.ts'
import { joinTimelines } from './timeline-orders.ts'

function fold(...events: readonly [MessageEvent, ...MessageEvent[]]) {
  return events.reduce(evolve, initialTimeline(events[0]))
}

const isHistorical = (...events: readonly [MessageEvent, ...MessageEvent[]]): boolean => {
  const { historical, live } = fold(...events)
  return historical && !live
}

describe('a message of a history', () => {
  const past = { historical: true }
  const old: readonly MessageEvent[] = [
    aReceivedMessage(past),
    anEcho({ ...past, historicalStatus: 'read' }),
    anEvent('MessageReacted', past),
    anEvent('MessageEdited', past),
    anEvent('MessageRevoked', past),
    anEvent('MessageReplied', past),
  ]
  const live: readonly MessageEvent[] = [
    aReceivedMessage(),
    anEcho(),
    aStatus('sent'),
    anEvent('PaymentStatusChanged', { status: 'captured' }),
    anEvent('MessageReacted'),
    anEdit(),
    aRevocation(),
    aReply(),
  ]

  it.each(old.map((event) => [event.type, event] as const))(
    '%s alone is historical',
    (_, event) => {
      expect(isHistorical(event)).toBe(true)
      expect(isHistorical(event, ...old)).toBe(true)
    },
  )

  it.each(live.map((event) => [event.type, event] as const))(
    '%s that is live makes it live, before or after it',
    (_, event) => {
      for (const one of old) {
        expect(isHistorical(one, event)).toBe(false)
        expect(isHistorical(event, one)).toBe(false)
        expect(isHistorical(event, one, one)).toBe(false)
      }
    },
  )
})

describe('the type of a message', () => {
  const types = ['media_placeholder', 'unsupported', 'unknown', 'audio', 'image', 'text']

  it('is a placeholder only while nothing better is known, in any order', () => {
    fc.assert(
      fc.property(
        fc
          .subarray(types, { minLength: 1 })
          .chain((some) => fc.shuffledSubarray(some, { minLength: some.length })),
        (given) => {
          const [first = 'text', ...others] = given
          const events = [first, ...others].map((messageType) => aReceivedMessage({ messageType }))
          const { messageType } = events.reduce(evolve, initialTimeline(aReceivedMessage()))
          const real = given.filter((type) => types.indexOf(type) > 2)
          expect(messageType).toBe((real.length > 0 ? real : given).toSorted().at(-1))
          const parts = events.map((event) => evolve(initialTimeline(event), event))
          expect(parts.reduce(joinTimelines).messageType).toBe(messageType)
        },
      ),
    )
  })
})

describe('the word of a history about what the business sent', () => {
  it.each([
    ['sent', 'sent', true],
    ['delivered', 'delivered', true],
    ['read', 'read', true],
    ['played', 'played', true],
    ['error', 'failed', false],
    ['pending', null, false],
    [null, null, true],
  ])('%s comes to %s', (historicalStatus, status, echoed) => {
    const timeline = fold(anEcho({ historical: true, historicalStatus }))
    expect(currentStatus(timeline)).toBe(status)
    expect(timeline).toMatchObject({ outbound: true, inbound: false, echoed })
  })

  it('of a customer’s message says nothing of a delivery', () => {
    const timeline = fold(aReceivedMessage({ historical: true }))
    expect(timeline).toMatchObject({ inbound: true, outbound: false, rungs: 0, echoed: false })
  })
})

describe('an answer', () => {
  const at = (second: number) => ({ envelope: anEnvelope({ providerTime: second * 1_000 }) })

  it('by the business to itself is none of the customer', () => {
    const timeline = fold(
      aReply({ fromBusiness: true, ...at(7) }),
      aReply({ fromBusiness: true, ...at(5) }),
    )
    expect(timeline).toMatchObject({
      replied: false,
      repliedAt: null,
      businessReplied: true,
      businessRepliedAt: 5_000,
    })
  })

  it('by either side is kept apart, each with its first time', () => {
    const timeline = fold(
      aReply({ fromBusiness: true, ...at(9) }),
      aReply({ fromBusiness: false, ...at(6) }),
      aReply({ fromBusiness: false, ...at(8) }),
    )
    expect(timeline).toMatchObject({ repliedAt: 6_000, businessRepliedAt: 9_000 })
  })
})
