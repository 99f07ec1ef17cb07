// Goal: a backlog of any length is marked as a whole, and a number that is away stops no other.
// Method: a session is given batches as a reader gives them, paused where it is full. What it
// keeps and appends goes nowhere: real ones are in the integration test.
import { afterEach, describe, expect, it } from '@jest/globals'
import { rawHeaders } from '@wabastream/contracts'
import { type KafkaRecord, type RecordBatch } from '@wabastream/processing'
import { ProviderError } from '@wabastream/provider'
import { eventually } from '@wabastream/testing'
import { NumberLane } from '../marking/number-lane.ts'
import { type Policy } from '../policies/policy-file.ts'
import { WaitingList } from '../waiting/waiting-list.ts'
import { DUE_READ_MAX } from './room.ts'
import { Session } from './session.ts'
import { type SessionOptions } from './session-options.ts'

const GOOD = '100000000000001'
const BAD = '100000000000002'
const PARTITIONS = 3
const MESSAGES_PER_RECORD = 500
const LIMITS = { withinMs: 86_400_000, waitingMax: 9, doneMax: 9, dueMax: 40_000, answersMax: 9 }
const open: Session[] = []
afterEach(() => {
  for (const session of open.splice(0)) session.close()
})

type MarkRead = (messageId: string) => Promise<void>
const refuse: MarkRead = async () => {
  throw new ProviderError('key_invalid', 'no')
}

function aSession(
  numbers: Readonly<Record<string, MarkRead>>,
  given: Partial<SessionOptions> = {},
) {
  const outcomes: string[] = []
  const session = new Session({
    list: new WaitingList(LIMITS),
    kept: {
      load: async () => {},
      poll: async () => {},
      write: async () => {},
    },
    own: { append: async () => {} },
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
    onOutcome: ({ number }, outcome) => outcomes.push(`${number} ${outcome}`),
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
  return { session, outcomes }
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

/** Reads batches of one record each, partitions in turn, as long as there is room. */
async function read(session: Session, recordsOf: (offset: number) => string, end: number) {
  const paused = new Set<number>()
  const next = Array.from({ length: PARTITIONS }, () => 0)
  await eventually('everything is read', async () => {
    if (session.hasRoom) paused.clear()
    for (const [partition, offset] of next.entries()) {
      if (offset >= end || paused.has(partition)) continue
      const records = [aRecord(recordsOf(offset), offset, partition)]
      next[partition] = offset + 1
      const offsets = { fetchedOffset: offset, nextOffset: offset + 1, endOffset: end }
      await give(session, { topic: 'raw', partition, records, ...offsets })
      if (session.isFull) paused.add(partition)
    }
    return next.every((offset) => offset >= end)
  })
}

describe('a session', () => {
  it('marks a whole backlog that is longer than what may be due', async () => {
    const marked = new Set<string>()
    const { session } = aSession({ [GOOD]: async (id) => void marked.add(id) })
    const end = Math.ceil((DUE_READ_MAX * 1.5) / PARTITIONS / MESSAGES_PER_RECORD)
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
    session.begin({
      begunAtMs: 0,
      ends: new Map(partitions.map((partition) => [partition, end])),
      positions: new Map(partitions.map((partition) => [partition, 0])),
    })
    await read(session, () => GOOD, end)
    const all = end * PARTITIONS * MESSAGES_PER_RECORD
    expect(all).toBeGreaterThan(DUE_READ_MAX)
    await eventually('all are marked', () => marked.size === all)
  })

  it('goes on with other numbers while one is away, and lets go its oldest beyond the limit', async () => {
    const marked = new Set<string>()
    const { outcomes, session } = aSession({
      [GOOD]: async (id) => void marked.add(id),
      [BAD]: refuse,
    })
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    const end = Math.ceil((LIMITS.dueMax * 1.5) / PARTITIONS / MESSAGES_PER_RECORD)
    await read(session, (offset) => (offset % 10 === 0 ? GOOD : BAD), end)
    const good = Math.ceil(end / 10) * PARTITIONS * MESSAGES_PER_RECORD
    await eventually('those of the other are marked', () => marked.size === good)
    await session.expire()
    expect(session.list.dueCountOf(BAD)).toBe(LIMITS.dueMax)
    const lost = end * PARTITIONS * MESSAGES_PER_RECORD - good - LIMITS.dueMax
    expect(outcomes.filter((one) => one === `${BAD} expired`)).toHaveLength(lost)
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
    const { outcomes, session } = aSession(
      { [GOOD]: async (id) => void marked.push(id) },
      {
        policyOf: () => policy,
        kept: {
          load: async ({ onRecord }) => {
            for (const [key, value] of before.takeChanges()) onRecord(key, String(value))
          },
          poll: async () => {},
          write: async () => {},
        },
      },
    )
    await session.load()
    expect(outcomes).toEqual(dropped === 1 ? [`${GOOD} not_allowed`] : [])
    session.begin({ begunAtMs: 0, ends: new Map(), positions: new Map() })
    expect(session.list.dueCount).toBe(1 - dropped)
    if (dropped === 0) await eventually('it is marked', () => marked.length === 1)
  })
})
