// Goal: a backlog of any length is marked as a whole, in bounded memory, and one number's stops no
// other. Method: a session is given batches as a reader gives them, and what it keeps is in a log
// in memory that its own code reads and writes. A real one is in the integration tests.
import { afterEach, describe, expect, it } from '@jest/globals'
import { rawHeaders, toReadRequestRecord } from '@wabastream/contracts'
import { type KafkaRecord, type RecordBatch } from '@wabastream/processing'
import { ProviderError } from '@wabastream/provider'
import { eventually } from '@wabastream/testing'
import { KeptLog } from '../keeping/kept-log.ts'
import { NumberLane } from '../marking/number-lane.ts'
import { type Policy } from '../policies/policy-file.ts'
import { WaitingList } from '../waiting/waiting-list.ts'
import { createMemoryLog } from './memory-log.fixture.ts'
import { Session } from './session.ts'
import { type SessionOptions } from './session-options.ts'

const GOOD = '100000000000001'
const BAD = '100000000000002'
const PARTITIONS = 3
const MESSAGES_PER_RECORD = 500
const HELD_MAX = 2_000
const LIMITS = {
  withinMs: 86_400_000,
  waitingMax: 9,
  doneMax: 100_000,
  heldMax: HELD_MAX,
  heldMaxOfAll: 10_000,
  heldShare: 100,
  spilledMax: 20_000,
  answersMax: 9,
}
const open: Session[] = []
afterEach(() => {
  for (const session of open.splice(0)) session.close()
})

type MarkRead = (messageId: string) => Promise<void>
/** Never answers. */
const hang: MarkRead = () => new Promise(() => {})
const refuse: MarkRead = async () => {
  throw new ProviderError('key_invalid', 'no')
}

function aSession(
  numbers: Readonly<Record<string, MarkRead>>,
  given: Partial<SessionOptions> = {},
  log = createMemoryLog(),
) {
  const outcomes = new Map<string, number>()
  const session = new Session({
    list: new WaitingList(LIMITS),
    kept: new KeptLog({ ...log, topic: 'kept' }),
    own: { append: async () => true },
    policyOf: () => 'on_receipt',
    openLanes: (handlers) =>
      new Map(
        Object.entries(numbers).map(([id, markRead]) => [
          id,
          new NumberLane({
            ...handlers,
            provider: { markRead },
            perSecond: Infinity,
            parallel: 64,
            onAnswer: () => {},
            onBroken: (error) => {
              throw error
            },
            now: () => performance.now(),
            random: Math.random,
          }),
        ]),
      ),
    sendLetter: async () => {},
    onOutcome: ({ number }, outcome) => {
      const key = `${number} ${outcome}`
      outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
    },
    onMarked: () => {},
    onAnswersForgotten: () => {},
    fail: (error) => {
      throw error
    },
    isFrozen: () => false,
    now: Date.now,
    ...given,
  })
  open.push(session)
  return { session, outcomes, log }
}

function aRecord(number: string, offset: number, partition: number): KafkaRecord {
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const messages = Array.from({ length: MESSAGES_PER_RECORD }, (_, item) => ({
    id: `wamid.${number}.${partition}.${offset}.${item}`,
    from: '4915112345678',
    timestamp,
    type: 'text',
    text: { body: 'hi' },
  }))
  const value = { metadata: { phone_number_id: number }, messages }
  const entry = [{ id: '1', changes: [{ field: 'messages', value }] }]
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry })
  const headers: Readonly<Record<string, string>> = {
    [rawHeaders.receiptId]: `r${partition}-${offset}`,
    [rawHeaders.receivedAt]: String(Date.now()),
    [rawHeaders.channel]: 'main',
    [rawHeaders.dialect]: 'cloud',
  }
  return {
    offset,
    timestampMs: Date.now(),
    key: null,
    value: Buffer.from(body),
    header: () => null,
    headerText: (name) => headers[name] ?? null,
    keyText: () => null,
    valueText: () => body,
  }
}

async function give(session: Session, batch: RecordBatch): Promise<void> {
  expect(await session.take(batch, () => false)).toBe(true)
  session.done(batch)
}

/** Reads batches of one record each, partitions in turn. */
async function read(
  session: Session,
  numberOf: (offset: number) => string,
  { begin = 0, end }: { readonly begin?: number; readonly end: number },
) {
  for (let offset = begin; offset < end; offset += 1) {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const records = [aRecord(numberOf(offset), offset, partition)]
      const offsets = { fetchedOffset: offset, nextOffset: offset + 1, endOffset: end }
      await give(session, { topic: 'raw', partition, records, ...offsets })
    }
  }
}

const recordsOf = (messages: number): number =>
  Math.ceil(messages / PARTITIONS / MESSAGES_PER_RECORD)
const messagesOf = (records: number): number => records * PARTITIONS * MESSAGES_PER_RECORD

/** As the service does every few seconds. */
async function pollUntil(session: Session, what: string, isTrue: () => boolean): Promise<void> {
  await eventually(what, async () => {
    await session.poll()
    return isTrue()
  })
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

  it.each<[Policy, number]>([
    ['never', 1],
    ['on_request', 1],
    ['on_reply', 0],
  ])('drops what is due once the policy of its channel is %s', async (policy, dropped) => {
    const before = new WaitingList(LIMITS)
    const place = { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' }
    const now = Date.now()
    const name = { number: GOOD, messageId: 'wamid.A' }
    const times = { atMs: now, receivedAt: now }
    before.apply(
      {
        kind: 'received',
        policy: 'on_receipt',
        channel: 'main',
        contacts: [],
        place,
        ...name,
        ...times,
      },
      now,
    )
    const marked: string[] = []
    const kept = new KeptLog({ ...createMemoryLog(), topic: 'kept' })
    await kept.write(before.takeChanges())
    const { outcomes, session } = aSession(
      { [GOOD]: async (id) => void marked.push(id) },
      {
        policyOf: () => policy,
        kept,
      },
    )
    await session.load()
    expect([...outcomes.keys()]).toEqual(dropped === 1 ? [`${GOOD} not_allowed`] : [])
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    expect(session.list.dueCount).toBe(1 - dropped)
    if (dropped === 0) await eventually('it is marked', () => marked.length === 1)
  })
})
