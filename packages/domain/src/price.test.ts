import { describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { anEnvelope, anEvent, aStatus } from '@wabastream/testing'
import fc from 'fast-check'
import { evolve, initialTimeline } from './message-timeline.ts'
import { joinTimelines } from './timeline-orders.ts'

const prices = {
  sent: {
    pricingModel: 'PMP',
    pricingType: 'regular',
    pricingCategory: 'marketing',
    billable: true,
  },
  delivered: {
    pricingModel: 'PMP',
    pricingType: 'free_customer_service',
    pricingCategory: 'utility',
    billable: false,
  },
  read: { pricingModel: 'CBP', pricingType: null, pricingCategory: 'service', billable: null },
} as const

const priced = (word: keyof typeof prices) => aStatus(word, {}, prices[word])

/** Every order of the events, by fold and by join. */
function expectInAnyOrder(events: readonly MessageEvent[], expected: object): void {
  const orders = fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 })
  fc.assert(
    fc.property(orders, (order) => {
      const [first] = order
      if (first === undefined) return
      expect(order.reduce(evolve, initialTimeline(first))).toMatchObject(expected)
      const parts = order.map((event) => evolve(initialTimeline(event), event))
      expect(parts.reduce(joinTimelines)).toMatchObject(expected)
    }),
  )
}

describe('of several prices of one message', () => {
  it.each<[string, readonly (keyof typeof prices)[], keyof typeof prices]>([
    ['the one of the delivery stands', ['sent', 'delivered', 'read'], 'delivered'],
    ['without a delivery the one of the reading', ['sent', 'read'], 'read'],
    ['else the one of sent', ['sent'], 'sent'],
  ])('%s, whole', (_name, words, expected) => {
    expectInAnyOrder(words.map(priced), prices[expected])
  })

  it('a nearer status without a price leaves that of another', () => {
    expectInAnyOrder([priced('sent'), aStatus('delivered')], prices.sent)
  })

  it('two of one status are not mixed', () => {
    const other = { ...prices.delivered, pricingCategory: 'authentication', billable: true }
    expectInAnyOrder([priced('delivered'), aStatus('delivered', {}, other)], prices.delivered)
  })
})

describe('of payments', () => {
  const paid = (status: string, second: number, refundedValue: number | null = null) =>
    anEvent('PaymentStatusChanged', {
      status,
      amountValue: 2_100,
      refundedValue,
      envelope: anEnvelope({ providerTime: second * 1_000 }),
    })

  it.each<[string, readonly MessageEvent[], object]>([
    [
      'a refund of all makes it refunded, with the refund’s time',
      [paid('pending', 1), paid('captured', 2), paid('captured', 9, 2_100)],
      { paymentStatus: 'refunded', paymentAt: 9_000 },
    ],
    [
      'a refund of a part stays one, until the rest follows',
      [paid('captured', 2), paid('captured', 9, 100)],
      { paymentStatus: 'partially_refunded', paymentAt: 9_000 },
    ],
    [
      'the whole refund beats the part',
      [paid('captured', 9, 100), paid('captured', 12, 2_100)],
      { paymentStatus: 'refunded', paymentAt: 12_000 },
    ],
    [
      'a refund that failed leaves it captured',
      [paid('captured', 2), paid('captured', 9)],
      { paymentStatus: 'captured', paymentAt: 2_000 },
    ],
  ])('%s', (_name, events, expected) => {
    expectInAnyOrder(events, expected)
  })
})
