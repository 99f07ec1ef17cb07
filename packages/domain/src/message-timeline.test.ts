import { describe, expect, it } from '@jest/globals'
import { type MessageEvent, type MessageTimeline } from '@wabastream/contracts'
import {
  anEcho,
  anEdit,
  aPayment,
  aReaction,
  aReceivedMessage,
  aReply,
  aRevocation,
  aStatus,
} from '@wabastream/testing'
import { currentStatus, isConflict, isDeliveredImplied } from './ladder.ts'
import { evolve, initialTimeline, isDuplicate } from './message-timeline.ts'

const SECOND = 1_000
const NOON = Date.UTC(2026, 4, 1, 12)

function fold(...events: readonly [MessageEvent, ...MessageEvent[]]) {
  return events.reduce(evolve, initialTimeline(events[0]))
}

describe('the ladder', () => {
  it('keeps the earliest time of each rung, in whatever order they come', () => {
    const timeline = fold(
      aStatus('read', { providerTime: NOON + 9 * SECOND }),
      aStatus('sent', { providerTime: NOON + 2 * SECOND }),
      aStatus('sent', { providerTime: NOON }),
      aStatus('read', { providerTime: NOON + 5 * SECOND }),
    )
    expect(timeline).toMatchObject({
      outbound: true,
      inbound: false,
      rungs: 5,
      sentAt: NOON,
      deliveredAt: null,
      readAt: NOON + 5 * SECOND,
    })
    expect(currentStatus(timeline)).toBe('read')
    expect(isDeliveredImplied(timeline)).toBe(true)
  })

  it('climbs on a status without a time', () => {
    expect(fold(aStatus('delivered', { providerTime: null }))).toMatchObject({
      rungs: 2,
      deliveredAt: null,
    })
  })

  it('takes nothing but the receipt from an unknown word', () => {
    const sent = fold(aStatus('sent', { receivedAt: NOON }))
    const odd = aStatus('in_orbit', { receivedAt: NOON + SECOND }, { pricingCategory: 'marketing' })
    expect(evolve(sent, odd)).toEqual({ ...sent, lastReceivedAt: NOON + SECOND })
    expect(isDuplicate(sent, odd)).toBe(true)
  })

  it('shows failed until something proves a delivery, then both are a conflict', () => {
    const error = { code: 131026, title: null, message: null, details: null, href: null }
    const failure = aStatus('failed', { providerTime: NOON }, { errors: [error] })
    const failed = fold(aStatus('sent'), failure)
    expect(failed).toMatchObject({ failed: true, failedAt: NOON, failureCode: 131026 })
    expect([currentStatus(failed), isConflict(failed)]).toEqual(['failed', false])
    const both = evolve(failed, aStatus('delivered'))
    expect([currentStatus(both), isConflict(both)]).toEqual(['delivered', true])
  })

  it('knows nothing of a message that was only replied to', () => {
    expect(currentStatus(fold(aReply()))).toBeNull()
  })

  it('takes from a history how far a message came, but no time', () => {
    const echoed = fold(anEcho({ historical: true, historicalStatus: 'read' }))
    expect(echoed).toMatchObject({ outbound: true, historical: true, rungs: 4, readAt: null })
  })
})

describe('side facts', () => {
  it('takes prices from any status and never loses them again', () => {
    const priced = aStatus('delivered', {}, { pricingCategory: 'utility', billable: false })
    expect(fold(aStatus('sent'), priced, aStatus('read'))).toMatchObject({
      pricingCategory: 'utility',
      billable: false,
    })
  })

  it('lets captured win over failed and failed over pending, each with its first time', () => {
    const at = (second: number) => ({ providerTime: NOON + second * SECOND })
    expect(
      fold(
        aPayment('captured', at(9)),
        aPayment('pending', at(1)),
        aPayment('captured', at(7)),
        aPayment('failed', at(2)),
        aPayment('in_orbit', at(0)),
      ),
    ).toMatchObject({ outbound: true, paymentStatus: 'captured', paymentAt: NOON + 7 * SECOND })
  })

  it('keeps the template of an echo beside the statuses of its message', () => {
    const echo = anEcho({ templateName: 'gym_renewal', templateCategory: 'MARKETING' })
    const known = { templateName: 'gym_renewal', templateCategory: 'MARKETING', failed: true }
    expect(fold(echo, aStatus('failed'))).toMatchObject(known)
    expect(fold(aStatus('failed'), anEcho(), echo)).toMatchObject(known)
  })

  it('keeps the last reaction, and none once it was taken back', () => {
    const thumb = aReaction('👍', { providerTime: NOON })
    const removal = aReaction(null, { providerTime: NOON + SECOND })
    expect(fold(removal, thumb)).toMatchObject({ reaction: null, reactedAt: NOON + SECOND })
    expect(fold(thumb, aReaction('😂', { providerTime: NOON }))).toMatchObject({ reaction: '😂' })
  })

  it.each<[string, MessageEvent, Partial<MessageTimeline>]>([
    ['an edit by the customer', anEdit({ fromBusiness: false }), { edited: true }],
    ['an edit by the business', anEdit({ fromBusiness: true }), { edited: true }],
    ['a revocation by the customer', aRevocation({ fromBusiness: false }), { revoked: true }],
    ['a revocation by the business', aRevocation({ fromBusiness: true }), { revoked: true }],
    ['a deletion', aStatus('deleted'), { deleted: true }],
  ])('takes %s for no message that was sent or received', (_name, event, known) => {
    expect(fold(event)).toMatchObject({ inbound: false, outbound: false, ...known })
    expect(fold(event, aReceivedMessage())).toMatchObject({ inbound: true, ...known })
  })
})

describe('the beginning', () => {
  it('anchors the timeline at the day on which its first event was received', () => {
    const timeline = fold(
      aStatus('sent', { receivedAt: NOON }),
      aStatus('read', { receivedAt: NOON - 86_400_000 }),
    )
    expect(timeline.anchorDay).toBe(Math.floor(NOON / 86_400_000))
    expect(timeline.firstReceivedAt).toBe(NOON - 86_400_000)
  })

  it.each<[string, boolean, MessageEvent]>([
    ['sent', false, aStatus('sent')],
    ['an inbound message', false, aReceivedMessage()],
    ['an echo', false, anEcho()],
    ['read', true, aStatus('read')],
    ['a reply', true, aReply()],
    ['a payment', true, aPayment('captured')],
  ])('starting with %s is headless: %s', (_, headless, event) => {
    expect(fold(event).headless).toBe(headless)
  })
})

describe('a re-delivery', () => {
  it('is a duplicate, although it moves the last receipt', () => {
    const first = aStatus('sent', { receivedAt: NOON })
    const again = aStatus('sent', { receivedAt: NOON + SECOND })
    const timeline = fold(first)
    expect(evolve(timeline, first)).toBe(timeline)
    expect(isDuplicate(timeline, again)).toBe(true)
    expect(evolve(timeline, again)).toEqual({ ...timeline, lastReceivedAt: NOON + SECOND })
  })

  it('that knows more than the first one is no duplicate', () => {
    const timeline = fold(aStatus('sent'))
    expect(isDuplicate(timeline, aStatus('sent', {}, { pricingModel: 'PMP' }))).toBe(false)
  })
})
