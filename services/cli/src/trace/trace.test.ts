import { describe, expect, it } from '@jest/globals'
import { errorCodes } from '@wabastream/clickhouse'
import { type EventRow, type TimelineRow, type TransitionRow } from './trace-queries.ts'
import { plainPaint } from '../output/terminal.ts'
import { timelineFlags, topRung } from './timeline-facts.ts'
import { eventFlags, toEventLines } from './trace-events.ts'
import { renderTrace } from './trace.ts'

const look = { columns: Infinity, paint: plainPaint }
const t0 = Date.UTC(2026, 0, 15, 8)

const timeline: TimelineRow = {
  markedRead: false,
  markedReadAt: null,
  number: '106540352242922',
  participant: '',
  anchorDay: '2026-01-15',
  inbound: false,
  outbound: true,
  rungs: 1 | 4,
  messageType: '',
  messageAt: null,
  sentAt: t0,
  deliveredAt: null,
  readAt: t0 + 250_000,
  playedAt: null,
  failed: false,
  failedAt: null,
  failureCode: null,
  headless: false,
  historical: false,
  deleted: false,
  warned: false,
  edited: false,
  revoked: false,
  replied: true,
  repliedAt: t0 + 300_000,
  inReplyTo: '',
  reaction: '👍',
  pricingCategory: 'marketing',
  pricingType: 'regular',
  callbackData: 'campaign=7',
  contactId: '16505551234',
  contactUserId: '',
  groupId: '',
}

function event(part: Partial<EventRow>): EventRow {
  return {
    number: '106540352242922',
    participant: '',
    eventType: 'MessageStatusChanged',
    eventId: 'e1',
    status: 'sent',
    messageType: '',
    carrierId: 'wamid.A',
    emoji: null,
    content: '',
    eventAt: t0,
    timeProblem: '',
    receivedAt: t0 + 500,
    channel: 'cloud',
    rawPartition: 2,
    rawOffset: 17,
    itemIndex: 0,
    errorCodes: [],
    ...part,
  }
}

const read = event({
  eventId: 'e2',
  status: 'read',
  eventAt: t0 + 250_000,
  receivedAt: t0 + 251_000,
  rawOffset: 18,
})
const lateSent = event({ receivedAt: t0 + 252_000, rawOffset: 19 })
const sentAgain = event({ receivedAt: t0 + 253_000, rawOffset: 20, itemIndex: 3 })

const transitions: readonly TransitionRow[] = [
  {
    number: '106540352242922',
    participant: '',
    kind: 'advanced',
    rung: 'read',
    previousRung: '',
    at: t0 + 250_000,
    receivedAt: t0 + 251_000,
    sinceSentMs: null,
    sinceDeliveredMs: null,
    failureCode: null,
  },
  {
    number: '106540352242922',
    participant: '',
    kind: 'filled_in',
    rung: 'sent',
    previousRung: 'read',
    at: t0,
    receivedAt: t0 + 252_000,
    sinceSentMs: 0,
    sinceDeliveredMs: null,
    failureCode: null,
  },
]

const whole = { isCut: false, codes: [] }

describe('renderTrace', () => {
  const text = renderTrace(
    {
      messageId: 'wamid.A',
      timelines: [timeline],
      events: [read, lateSent, sentAgain],
      transitions,
      ...whole,
    },
    look,
  )

  it('reports the status, the ladder and the flags', () => {
    expect(text).toContain('outbound · marketing (regular) · callback campaign=7')
    expect(text).toContain('status read   sent ─ 4 min 10 s → read')
    expect(text).toContain('flags  implied delivered, answered, reaction 👍')
  })

  it('says where each event is and how it relates to the others', () => {
    const lines = text.split('\n').filter((line) => line.includes('raw 2/'))
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('received 2026-01-15 08:04:11 (1 s later)  raw 2/18 item 0  cloud')
    expect(lines[1]).toContain('late')
    expect(lines[2]).toContain('raw 2/20 item 3')
    expect(lines[2]).toContain('duplicate')
  })

  it('reports the transitions with what each one changed', () => {
    expect(text).toContain('advanced   start → read')
    expect(text).toContain('filled_in  sent (below read)')
  })

  it('lists the participants of a group message', () => {
    const participants = ['16505551234', '4915112345678'].map((participant, index) => ({
      ...timeline,
      participant,
      rungs: index === 0 ? 3 : 7,
      deliveredAt: t0 + 1_000,
    }))
    const group = renderTrace(
      {
        messageId: 'wamid.G',
        timelines: [timeline, ...participants],
        events: [],
        transitions: [],
        ...whole,
      },
      look,
    )
    expect(group).toContain('Participants (2)')
    expect(group).toContain('  16505551234    delivered')
    expect(group).toContain('  4915112345678  read')
  })

  it('says what a code means, who can act, and whether to send again', () => {
    const failed = { ...timeline, rungs: 0, failed: true, failureCode: 131026 }
    const codes = errorCodes.filter(({ code }) => code === 131026 || code === 131049)
    const parts = { messageId: 'wamid.A', timelines: [failed], events: [], transitions: [] }
    const drawn = renderTrace({ ...parts, isCut: true, codes }, look)
    expect(drawn).toContain(
      '131026  Not deliverable: no account, old app or terms not accepted\n' +
        '          the customer can act; sending it again does not help',
    )
    expect(drawn).toContain('nobody can act; sending it again may help')
    expect(drawn).toContain('there are more events')
  })

  it('breaks the lines of events in a narrow terminal', () => {
    const parts = { messageId: 'wamid.A', timelines: [timeline], events: [read], transitions: [] }
    const drawn = renderTrace({ ...parts, ...whole }, { columns: 50, paint: plainPaint })
    expect(drawn).toContain('read\n       received 2026-01-15 08:04:11 (1 s later)\n')
  })

  it('separates numbers that use the same id', () => {
    const other = { ...timeline, number: '999' }
    const both = renderTrace(
      {
        messageId: 'wamid.A',
        timelines: [timeline, other],
        events: [],
        transitions: [],
        ...whole,
      },
      look,
    )
    expect(both.match(/^number /gm)).toHaveLength(2)
  })
})

describe('toEventLines', () => {
  const delivered = ['a', 'b', 'c'].map((participant, itemIndex) =>
    event({ eventId: participant, participant, status: 'delivered', itemIndex }),
  )

  it('draws participants whose status came in one body together', () => {
    expect(toEventLines(delivered).map(({ what, items }) => `${what}, ${items}`)).toEqual([
      'delivered by 3 participants, items 0–2',
    ])
  })

  it('separates what came in another body or relates differently', () => {
    const again = event({
      eventId: 'a',
      participant: 'a',
      status: 'delivered',
      rawOffset: 30,
      receivedAt: t0 + 900,
    })
    const lines = toEventLines([...delivered, again])
    expect(lines.map(({ what, flags }) => [what, ...flags])).toEqual([
      ['delivered by 3 participants'],
      ['delivered by a', 'duplicate'],
    ])
  })
})

describe('topRung', () => {
  it.each([
    [{ rungs: 0, failed: true, inbound: false }, 'failed'],
    [{ rungs: 1, failed: true, inbound: false }, 'failed'],
    [{ rungs: 3, failed: true, inbound: false }, 'delivered'],
    [{ rungs: 15, failed: false, inbound: false }, 'played'],
    [{ rungs: 0, failed: false, inbound: true }, 'received'],
    [{ rungs: 0, failed: false, inbound: false }, 'none'],
  ])('of %j is %s', (row, status) => {
    expect(topRung(row)).toBe(status)
  })
})

describe('flags', () => {
  it('report a conflict of failed and delivered', () => {
    const row = { ...timeline, rungs: 3, failed: true, failureCode: 131026 }
    expect(timelineFlags(row)).toContain('conflict: delivered and failed')
    expect(timelineFlags(row)).toContain('error 131026')
  })

  it('tell grey ticks from blue, of what a customer sent', () => {
    const received = { ...timeline, inbound: true, outbound: false, rungs: 0, readAt: null }
    expect(timelineFlags(received)).toContain('grey ticks')
    expect(timelineFlags({ ...received, markedRead: true })).toContain('blue ticks')
    expect(timelineFlags(timeline).join()).not.toContain('ticks')
  })

  it('of a participant do not depend on the others', () => {
    const events = [event({ participant: 'a', status: 'read' }), event({ participant: 'b' })]
    expect(eventFlags(events, 1)).toEqual([])
  })

  it('say why a time is missing', () => {
    expect(eventFlags([event({ eventAt: null, timeProblem: 'unparsable' })], 0)).toEqual([
      'time unparsable',
    ])
  })
})
