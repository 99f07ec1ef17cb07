// Goal: a backlog of any length is marked as a whole, in bounded memory, and one number's stops no
// other. Method: a session is given batches as a reader gives them, and what it keeps is in a log
// in memory that its own code reads and writes. A real one is in the integration tests.
import { afterEach, describe, expect, it } from '@jest/globals'
import { toReadRequestRecord } from '@wabastream/contracts'
import { ProviderError } from '@wabastream/provider'
import { eventually } from '@wabastream/testing'
import { createMemoryLog } from './memory-log.fixture.ts'
import {
  aSession,
  BAD,
  closeSessions,
  GOOD,
  hang,
  HELD_MAX,
  LIMITS,
  type MarkRead,
  messagesOf,
  PARTITIONS,
  pollUntil,
  read,
  recordsOf,
} from './session-scene.fixture.ts'

afterEach(closeSessions)

const refuse: MarkRead = async () => {
  throw new ProviderError('key_invalid', 'no')
}

describe('a session', () => {
  it('marks a backlog of any length as a whole, once each, and reads it again about once', async () => {
    const marked: string[] = []
    const { log, session } = aSession({ [GOOD]: async (id) => void marked.push(id) })
    const end = recordsOf(HELD_MAX * 6)
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
    session.begin({
      begunAtMs: 0,
      ends: new Map(partitions.map((partition) => [partition, end])),
      positions: new Map(partitions.map((partition) => [partition, 0])),
    })
    await read(session, () => GOOD, { end })
    await pollUntil(session, 'all are marked', () => marked.length >= messagesOf(end))
    expect(new Set(marked).size).toBe(messagesOf(end))
    expect(marked).toHaveLength(messagesOf(end))
    expect(session.list.dueCount).toBe(0)
    expect(log.readCount()).toBeLessThan(log.length() * 3)
  })

  it.each([
    ['away', refuse],
    ['slow', hang],
  ])(
    'goes on with other numbers while one is %s, whose messages only wait',
    async (_, markRead) => {
      const marked = new Set<string>()
      const { outcomes, session } = aSession({
        [GOOD]: async (id) => void marked.add(id),
        [BAD]: markRead,
      })
      session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
      const end = recordsOf(HELD_MAX * 8)
      await read(session, (offset) => (offset % 10 === 0 ? GOOD : BAD), { end })
      const good = messagesOf(Math.ceil(end / 10))
      await pollUntil(session, 'those of the other are marked', () => marked.size === good)
      await session.expire()
      expect(session.list.dueCount).toBe(messagesOf(end) - good)
      expect(session.list.roomOf(BAD)).toBe(0)
      expect([...outcomes.keys()]).toEqual([`${GOOD} marked`])
    },
  )

  it('leaves what is spilled to its successor', async () => {
    const marked: string[] = []
    const few: MarkRead = async (id) => (marked.length < 3_000 ? void marked.push(id) : hang(id))
    const { log, session } = aSession({ [GOOD]: few })
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    const end = recordsOf(HELD_MAX * 4)
    await read(session, () => GOOD, { end })
    await pollUntil(session, 'some are marked', () => marked.length === 3_000)
    session.close()
    const next = aSession({ [GOOD]: async (id) => void marked.push(id) }, {}, log).session
    await next.load()
    expect(next.list.dueCount).toBe(messagesOf(end) - 3_000)
    next.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    await pollUntil(next, 'all are marked', () => marked.length >= messagesOf(end))
    expect(new Set(marked).size).toBe(messagesOf(end))
    expect(marked).toHaveLength(messagesOf(end))
  })

  it('looks for what is spilled from its first record on, and not from that of the topic', async () => {
    const log = createMemoryLog()
    const others = Array.from({ length: 20_000 }, (_, index) => ({ key: `["x",${index}]` }))
    await log.producer.send(
      { topic: 'kept', partition: 0 },
      others.map((one) => ({ ...one, value: null })),
    )
    const { session } = aSession({ [GOOD]: hang }, {}, log)
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    const end = recordsOf(HELD_MAX * 2)
    await read(session, () => GOOD, { end })
    session.close()
    let markedCount = 0
    const next = aSession({ [GOOD]: async () => void (markedCount += 1) }, {}, log).session
    await next.load()
    const loaded = log.readCount()
    next.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    await pollUntil(next, 'all are marked', () => markedCount === messagesOf(end))
    expect(log.readCount() - loaded).toBeLessThan(others.length)
  })

  it('lets go what is too old of a number that the file no longer names', async () => {
    const { log, session } = aSession({ [BAD]: hang })
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    const end = recordsOf(HELD_MAX * 2)
    await read(session, () => BAD, { end })
    session.close()
    const now = (): number => Date.now() + LIMITS.withinMs + 60_000
    const next = aSession({ [GOOD]: hang }, { now }, log)
    await next.session.load()
    next.session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    await eventually('all are let go', async () => {
      await next.session.expire()
      await next.session.poll()
      return next.session.list.dueCount === 0
    })
    expect(next.outcomes).toEqual(new Map([[`${BAD} expired`, messagesOf(end)]]))
  })

  it('says of what was too much that it was too much, and answers whoever asked', async () => {
    const { log, outcomes, session } = aSession({ [BAD]: hang })
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    const end = recordsOf(HELD_MAX + LIMITS.spilledMax + 3_000)
    const asked = `wamid.${BAD}.0.${Math.ceil(HELD_MAX / 1_500)}.0`
    const place = { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' }
    const times = { receivedAt: Date.now(), requestedAt: Date.now() }
    const request = { number: BAD, messageId: asked, channel: 'main', ...times, place }
    const record = toReadRequestRecord(request, { state: 'requested', request })
    await log.producer.send({ topic: 'kept', partition: 0 }, [record])
    const begin = recordsOf(HELD_MAX) + 1
    await read(session, () => BAD, { end: begin })
    await session.poll()
    await read(session, () => BAD, { begin, end })
    await session.expire()
    const lost = messagesOf(end) - session.list.dueCount
    expect(session.list.dueCount).toBeLessThanOrEqual(HELD_MAX + LIMITS.spilledMax)
    expect(outcomes).toEqual(new Map([[`${BAD} too_many`, lost]]))
    expect(log.last(record.key)).toContain('"outcome":"too_many"')
  })
})
