import { describe, expect, it } from '@jest/globals'
import { type MessageEvent } from '@wabastream/contracts'
import { evolve, initialTimeline } from '@wabastream/domain'
import { anEcho, anEnvelope, aReceivedMessage, aStatus } from '@wabastream/testing'
import { OlderRows } from './older-rows.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 4, 1, 12)
const times = (receivedAt: number, providerTime: number | null = receivedAt) => ({
  receivedAt,
  providerTime,
})

const lane = ({ isFromStart }: { readonly isFromStart: boolean }) =>
  new OlderRows({ expiryDays: 45, isFromStart })

function mayExist(
  events: readonly MessageEvent[],
  { appendedMs = NOW, rows = lane({ isFromStart: true }) } = {},
) {
  const [first] = events
  if (first === undefined) throw new Error('no events')
  return rows.mayExist(events.reduce(evolve, initialTimeline(first)), appendedMs)
}

describe('an older row', () => {
  it.each<[string, MessageEvent]>([
    ['was just sent', aStatus('sent', times(NOW))],
    [
      'came in a week ago',
      aReceivedMessage({ envelope: anEnvelope(times(NOW, NOW - 7 * DAY_MS)) }),
    ],
  ])('is not looked for if the message %s', (_, event) => {
    expect(mayExist([event])).toBe(false)
  })

  it('is not looked for if the timeline itself has lasted', () => {
    expect(
      mayExist([
        aStatus('sent', times(NOW)),
        aStatus('delivered', times(NOW + 20 * DAY_MS)),
        aStatus('read', times(NOW + 40 * DAY_MS)),
      ]),
    ).toBe(false)
  })

  it.each<[string, MessageEvent]>([
    ['began with an event that is not a beginning', aStatus('read', times(NOW))],
    ['is of a history', anEcho({ historical: true })],
    ['was sent long before', aStatus('sent', times(NOW, NOW - 44 * DAY_MS))],
    [
      'came in long before',
      aReceivedMessage({ envelope: anEnvelope(times(NOW, NOW - 60 * DAY_MS)) }),
    ],
    ['has no time', aStatus('sent', times(NOW, null))],
  ])('may exist if the message %s', (_, event) => {
    expect(mayExist([event])).toBe(true)
  })

  it('may exist for a timeline that comes long after others of its time', () => {
    const rows = lane({ isFromStart: true })
    const late = aStatus('sent', times(NOW - 60 * DAY_MS), { messageId: 'wamid.SPOOLED' })
    expect(mayExist([late], { rows })).toBe(false)
    expect(mayExist([aStatus('sent', times(NOW))], { rows })).toBe(false)
    expect(mayExist([late], { rows })).toBe(true)
  })

  it('may exist for a timeline that was appended late, if earlier ones were not seen', () => {
    const sent = (daysAgo: number) => [aStatus('sent', times(NOW - daysAgo * DAY_MS))]
    expect(mayExist(sent(60), { rows: lane({ isFromStart: false }) })).toBe(true)
    expect(mayExist(sent(40), { rows: lane({ isFromStart: false }) })).toBe(false)
  })
})
