import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type MessageEvent,
  type MessageTimeline,
  RECEIVED_AT_HEADER,
  type StatusTransition,
  targetOf,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { timelineKey } from '@wabastream/domain'
import { type OutgoingRecord } from '@wabastream/processing'
import {
  type AvroCodec,
  createAvroCodec,
  createInMemorySchemaStore,
} from '@wabastream/schema-registry'
import { anEnvelope, aReply, aStatus, TopologyDriver } from '@wabastream/testing'
import { createTimelineSerde } from './timeline-serde.ts'
import { createTimelineStep } from './timeline-step.ts'

const EVENTS = 'events'
const TIMELINES = 'timelines'
const TRANSITIONS = 'transitions'
const NOON = Date.UTC(2026, 4, 1, 12)
const DAY_MS = 86_400_000

let codec: AvroCodec
let driver: TopologyDriver<MessageEvent, MessageTimeline>

beforeAll(async () => {
  codec = createAvroCodec({ store: createInMemorySchemaStore() })
  await codec.register()
})

beforeEach(() => {
  driver = new TopologyDriver({
    serde: createTimelineSerde(codec),
    processor: createTimelineStep({
      codec,
      transitionsTopic: TRANSITIONS,
      expiryMs: 45 * DAY_MS,
    }),
    inputTopic: EVENTS,
    changelogTopic: TIMELINES,
  })
})

function toRecord(event: WhatsAppEvent): OutgoingRecord {
  return { key: 'any', value: codec.encode(event.type, event.data) }
}

async function pipe(...events: readonly WhatsAppEvent[]): Promise<void> {
  await driver.pipe(events.map(toRecord))
}

function timelines(): readonly MessageTimeline[] {
  return [...driver.latest(TIMELINES).values()].flatMap((value) => {
    const record = codec.decode(value)
    return record.type === 'MessageTimeline' ? [record.data] : []
  })
}

function transitions(): readonly StatusTransition[] {
  return driver.records(TRANSITIONS).flatMap(({ value }) => {
    const record = value === null ? undefined : codec.decode(value)
    return record?.type === 'StatusTransition' ? [record.data] : []
  })
}

const notes = () => driver.observed.committed.map((run) => Object.fromEntries(run.notes))

describe('the timeline step', () => {
  it('writes a timeline and a transition under the key of the message', async () => {
    const status = aStatus('sent', { receivedAt: NOON + 5 })
    await pipe(status)
    expect(timelines()).toEqual([expect.objectContaining({ rungs: 1, headless: false })])
    expect(transitions()).toEqual([expect.objectContaining({ kind: 'advanced', rung: 'sent' })])
    for (const topic of [TIMELINES, TRANSITIONS]) {
      const [record] = driver.records(topic)
      expect(record?.keyText()).toBe(timelineKey(targetOf(status)))
      expect(record?.headerText(RECEIVED_AT_HEADER)).toBe(String(NOON + 5))
    }
  })

  it('separates the participants of a group message', async () => {
    await pipe(
      aStatus('read', {}, { participant: 'a' }),
      aStatus('sent', {}, { participant: '' }),
      aStatus('delivered', {}, { participant: 'b' }),
    )
    expect(timelines().map(({ participant, rungs }) => [participant, rungs])).toEqual([
      ['a', 4],
      ['', 1],
      ['b', 2],
    ])
  })

  it('notes duplicates, late statuses, conflicts and headless timelines', async () => {
    await pipe(aStatus('read'), aStatus('read', { receivedAt: NOON + 1 }))
    await pipe(aStatus('sent'), aStatus('failed'))
    await pipe(aStatus('delivered', {}, { callbackData: 'news' }), aReply())
    expect(notes()).toEqual([
      { advanced: 1, headless: 1, duplicate: 1 },
      { filled_in: 1, failed: 1, conflicted: 1 },
      { filled_in: 1 },
    ])
  })

  it('writes a re-delivery to the timeline, but reports no transition', async () => {
    await pipe(aStatus('sent'))
    await pipe(aStatus('sent', { receivedAt: NOON + 1 }))
    expect(timelines()).toEqual([expect.objectContaining({ lastReceivedAt: NOON + 1 })])
    expect(transitions()).toHaveLength(1)
  })

  it('ignores events that are not about a message', async () => {
    const error = { code: 1, title: null, message: null, details: null, href: null }
    await pipe({ type: 'ErrorReported', data: { envelope: anEnvelope(), error, unread: null } })
    expect(driver.observed.committed).toEqual([
      expect.objectContaining({ recordCount: 1, eventCount: 0, rejectedCount: 0, changeCount: 0 }),
    ])
  })

  it('sets aside bytes that are not a record, and an unknown schema', async () => {
    await driver.pipe([
      { key: 'a', value: Buffer.from('junk') },
      toRecord(aStatus('sent')),
      { key: 'b', value: Buffer.from([0, 0, 9, 9, 9, 1, 2]) },
    ])
    expect(driver.observed.rejected).toHaveLength(2)
    expect(timelines()).toHaveLength(1)
  })
})

describe('a timeline that nothing touched for 45 days', () => {
  const late = NOON + 60 * DAY_MS

  it('is forgotten: a read after 60 days begins a headless one, in the row of the old', async () => {
    await pipe(aStatus('sent', { receivedAt: NOON }))
    await pipe(aStatus('read', { receivedAt: late }))
    expect(timelines()).toEqual([
      expect.objectContaining({
        rungs: 4,
        headless: true,
        anchorDay: Math.floor(NOON / DAY_MS),
        firstReceivedAt: late,
      }),
    ])
  })

  it('is not forgotten for other messages, however far ahead these are', async () => {
    await pipe(aStatus('sent', { receivedAt: late }, { messageId: 'wamid.AHEAD' }))
    for (const [index, word] of (['sent', 'delivered', 'read', 'read'] as const).entries()) {
      const at = NOON + index * 1_000
      await pipe(aStatus(word, { receivedAt: at, providerTime: at }))
    }
    expect(timelines().find(({ messageId }) => messageId !== 'wamid.AHEAD')).toMatchObject({
      rungs: 7,
      headless: false,
      sentAt: NOON,
      lastReceivedAt: NOON + 3_000,
    })
    expect(transitions().map(({ rung }) => rung)).toEqual(['sent', 'sent', 'delivered', 'read'])
  })

  it('accepts what is read late, however old it is', async () => {
    await pipe(aStatus('delivered', { receivedAt: late }))
    await pipe(aStatus('sent', { receivedAt: NOON }))
    expect(timelines()).toEqual([
      expect.objectContaining({
        rungs: 3,
        firstReceivedAt: NOON,
        lastReceivedAt: late,
      }),
    ])
  })

  it('gets a tombstone once every raw partition has moved on', async () => {
    await pipe(aStatus('sent', { receivedAt: NOON }))
    const other = { messageId: 'wamid.OTHER' }
    await pipe(aStatus('sent', { receivedAt: late }, other))
    expect(timelines().map(({ messageId }) => messageId)).toEqual(['wamid.OTHER'])
    expect(driver.storedKeys()).toHaveLength(1)
  })
})
