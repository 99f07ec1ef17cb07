import { describe, expect, it } from '@jest/globals'
import {
  INTERNAL_CHANNEL,
  INTERNAL_DIALECT,
  rawHeaders,
  toReadRequestRecord,
} from '@wabastream/contracts'
import { toKafkaRecord } from '@wabastream/testing'
import { toOwnBody } from '@wabastream/whatsapp'
import { KeptLog } from '../keeping/kept-log.ts'
import { NumberLane } from '../marking/number-lane.ts'
import { WaitingList } from '../waiting/waiting-list.ts'
import { createMemoryLog } from './memory-log.fixture.ts'
import { Session } from './session.ts'

const NUMBER = '100000000000001'
const MESSAGE = 'wamid.A'
const LIMITS = {
  withinMs: 86_400_000,
  waitingMax: 9,
  doneMax: 9,
  heldMax: 9,
  heldMaxOfAll: 9,
  heldShare: 9,
  spilledMax: 9,
  answersMax: 9,
}

/** One whose provider never answers. */
function aSession(kept: KeptLog): Session {
  return new Session({
    list: new WaitingList(LIMITS),
    kept,
    own: { append: async () => true },
    policyOf: () => 'on_request',
    openLanes: (handlers) =>
      new Map([
        [
          NUMBER,
          new NumberLane({
            ...handlers,
            provider: { markRead: () => new Promise(() => {}) },
            perSecond: 1,
            parallel: 1,
            onAnswer: () => {},
            onBroken: () => {},
            now: () => performance.now(),
            random: Math.random,
          }),
        ],
      ]),
    sendLetter: async () => {},
    onOutcome: () => {},
    onMarked: () => {},
    onAnswersForgotten: () => {},
    fail: (error) => {
      throw error
    },
    isFrozen: () => false,
    now: Date.now,
  })
}

describe('a request', () => {
  it('is answered by the successor of a process that was killed after the mark', async () => {
    const log = createMemoryLog()
    const now = Date.now()
    const place = { partition: 0, offset: 0, itemIndex: 0, receiptId: 'r' }
    const name = { number: NUMBER, messageId: MESSAGE }
    const request = { ...name, channel: 'main', receivedAt: now, requestedAt: now, place }
    const record = toReadRequestRecord(request, { state: 'requested', request })
    await log.producer.send({ topic: 'kept', partition: 0 }, [record])
    const session = aSession(new KeptLog({ ...log, topic: 'kept' }))
    await session.load()
    session.begin({ begunAtMs: 0, ends: new Map([[0, 1]]), positions: new Map([[0, 0]]) })
    const mark = { ...name, markedAt: now, askedBy: 'on_request' }
    const own = toKafkaRecord(0, {
      key: null,
      value: toOwnBody([mark]),
      headers: {
        [rawHeaders.receiptId]: 'r',
        [rawHeaders.receivedAt]: String(now),
        [rawHeaders.channel]: INTERNAL_CHANNEL,
        [rawHeaders.dialect]: INTERNAL_DIALECT,
      },
    })
    const offsets = { fetchedOffset: 0, nextOffset: 1, endOffset: 1 }
    await session.take({ topic: 'raw', partition: 0, records: [own], ...offsets }, () => false)
    expect(log.last(record.key)).toContain('"outcome":"marked"')
    session.close()
  })
})
