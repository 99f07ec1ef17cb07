// Goal: a file of policies that allows less holds for all that was due before, and drops nothing
// that somebody asked for. Method: a log of a former process, and the session of its successor.
import { afterEach, describe, expect, it } from '@jest/globals'
import { toReadRequestRecord } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { KeptLog } from '../keeping/kept-log.ts'
import { type Policy } from '../policies/policy-file.ts'
import { WaitingList } from '../waiting/waiting-list.ts'
import { createMemoryLog } from './memory-log.fixture.ts'
import {
  aSession,
  closeSessions,
  GOOD,
  HELD_MAX,
  LIMITS,
  pollUntil,
} from './session-scene.fixture.ts'

const DUE = HELD_MAX * 4
const place = { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' }
const nameOf = (index: number) => ({ number: GOOD, messageId: `wamid.${index}` })

afterEach(closeSessions)

/** A log in which so many messages are due, because a channel had `on_receipt`. */
async function aLogOf(count: number) {
  const log = createMemoryLog()
  const now = Date.now()
  const times = { atMs: now, receivedAt: now }
  const kind = { kind: 'received', policy: 'on_receipt', channel: 'main', contacts: [] } as const
  const list = new WaitingList(LIMITS)
  for (let index = 0; index < count; index += 1) {
    list.apply({ ...kind, place, ...nameOf(index), ...times }, now)
  }
  await new KeptLog({ ...log, topic: 'kept' }).write(list.takeChanges())
  return log
}

const BEGIN = { begunAtMs: 0, ends: new Map(), positions: new Map() }
const NO_RECORDS = { records: [], fetchedOffset: 0, nextOffset: 0, endOffset: 0 }

describe('a policy that allows less', () => {
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

  it('holds for what is spilled, also while more is read of it', async () => {
    const log = await aLogOf(DUE)
    const marked: string[] = []
    const { outcomes, session } = aSession(
      { [GOOD]: async (id) => void marked.push(id) },
      { policyOf: () => 'never' },
      {
        ...log,
        reader: {
          ...log.reader,
          async readToEnd(...given) {
            const end = await log.reader.readToEnd(...given)
            // A batch of raw records is done meanwhile.
            if (!session.isCatchingUp) session.done({ topic: 'raw', partition: 0, ...NO_RECORDS })
            return end
          },
        },
      },
    )
    await session.load()
    session.begin(BEGIN)
    await pollUntil(session, 'all are dropped', () => session.list.dueCount === 0)
    await session.poll()
    expect(marked).toEqual([])
    expect(outcomes).toEqual(new Map([[`${GOOD} not_allowed`, DUE]]))
    expect(log.last(JSON.stringify(['message', GOOD, `wamid.${DUE - 1}`]))).toBeNull()
  })

  it('marks what somebody has asked for, whether it is held or spilled', async () => {
    const log = await aLogOf(DUE)
    const asked = [0, DUE - 1]
    const times = { receivedAt: Date.now(), requestedAt: Date.now() }
    const records = asked.map((index) => {
      const request = { ...nameOf(index), channel: 'main', place, ...times }
      return toReadRequestRecord(request, { state: 'requested', request })
    })
    await log.producer.send({ topic: 'kept', partition: 0 }, records)
    const marked: string[] = []
    const reasons: string[] = []
    const { session } = aSession(
      { [GOOD]: async (id) => void marked.push(id) },
      {
        policyOf: () => 'on_request',
        own: {
          append: async ({ askedBy }) => {
            reasons.push(askedBy)
            return true
          },
        },
      },
      log,
    )
    await session.load()
    session.begin(BEGIN)
    await pollUntil(session, 'the others are dropped', () => session.list.dueCount === 0)
    expect(marked.toSorted()).toEqual(asked.map((index) => nameOf(index).messageId).toSorted())
    expect(reasons).toEqual(['on_request', 'on_request'])
    for (const { key } of records) expect(log.last(key)).toContain('"outcome":"marked"')
  })
})
