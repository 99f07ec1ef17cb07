import { expect } from '@jest/globals'
import { rawHeaders } from '@wabastream/contracts'
import { type KafkaRecord, type RecordBatch } from '@wabastream/processing'
import { eventually } from '@wabastream/testing'
import { KeptLog } from '../keeping/kept-log.ts'
import { NumberLane } from '../marking/number-lane.ts'
import { WaitingList } from '../waiting/waiting-list.ts'
import { createMemoryLog } from './memory-log.fixture.ts'
import { Session } from './session.ts'
import { type SessionOptions } from './session-options.ts'

export const GOOD = '100000000000001'
export const BAD = '100000000000002'
export const PARTITIONS = 3
const MESSAGES_PER_RECORD = 500
export const HELD_MAX = 2_000
export const LIMITS = {
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

export function closeSessions(): void {
  for (const session of open.splice(0)) session.close()
}

export type MarkRead = (messageId: string) => Promise<void>
/** Never answers. */
export const hang: MarkRead = () => new Promise(() => {})
export function aSession(
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
export async function read(
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

export const recordsOf = (messages: number): number =>
  Math.ceil(messages / PARTITIONS / MESSAGES_PER_RECORD)
export const messagesOf = (records: number): number => records * PARTITIONS * MESSAGES_PER_RECORD

/** As the service does every few seconds. */
export async function pollUntil(
  session: Session,
  what: string,
  isTrue: () => boolean,
): Promise<void> {
  await eventually(what, async () => {
    await session.poll()
    return isTrue()
  })
}
