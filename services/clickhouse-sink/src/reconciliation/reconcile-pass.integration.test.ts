import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  type CheckedSlice,
  encodeRow,
  insertColumns,
  type PlainRecord,
  readReconciliation,
  toTableRows,
} from '@wabastream/clickhouse'
import { type WebhookVerdict } from '@wabastream/contracts'
import { aStatus, anEnvelope } from '@wabastream/testing'
import { reconcilePass } from './reconcile-pass.ts'
import { createTestPipeline, type TestPipeline } from '../test-pipeline.fixture.ts'

// Goal: reconciliation reports a lost row, and nothing else. Method: rows of thirty webhooks in the
// real engine, some of which are deleted or written again.
const NOW = Date.now()
const WEBHOOKS = 30

function verdictOf(offset: number, given: Partial<WebhookVerdict> = {}): WebhookVerdict {
  return {
    offsetDelta: offset,
    receiptId: `receipt-${offset}`,
    channel: 'main',
    receivedAt: NOW - 60_000 + offset,
    bytes: 512,
    verdict: 'decoded',
    messages: 0,
    statuses: 2,
    errors: 0,
    otherFields: 0,
    events: 2,
    deadLetters: 0,
    ...given,
  }
}

function eventOf(rawOffset: number, itemIndex: number): PlainRecord {
  const receivedAt = NOW - 60_000 + rawOffset
  return aStatus(
    'sent',
    { rawOffset, itemIndex, receivedAt },
    { messageId: `m-${rawOffset}`, unread: '{}' },
  )
}

function accountEventOf(rawOffset: number, itemIndex: number): PlainRecord {
  const envelope = anEnvelope({ rawOffset, itemIndex, receivedAt: NOW - 60_000 + rawOffset })
  return {
    type: 'AccountEventReceived',
    data: {
      envelope,
      field: 'account_update',
      accountId: '1',
      event: 'X',
      payload: '{}',
    },
  }
}

const offsets = Array.from({ length: WEBHOOKS }, (_, offset) => offset)
const decoded = (verdicts: readonly WebhookVerdict[]): PlainRecord => ({
  type: 'WebhooksDecoded',
  data: { rawPartition: 0, firstOffset: 0, verdicts },
})

describe('reconciliation', () => {
  let pipeline: TestPipeline
  beforeAll(async () => {
    pipeline = await createTestPipeline()
  }, 60_000)
  afterAll(() => pipeline.drop())

  async function write(
    records: readonly PlainRecord[],
    offset = 0,
    place: Partial<Parameters<typeof toTableRows>[1]> = {},
  ): Promise<void> {
    const { client, database } = pipeline
    const at = { partition: 0, offset, timestampMs: NOW + offset, ...place }
    const rows = records.flatMap((record) => toTableRows(record, at))
    for (const table of new Set(rows.map((row) => row.table))) {
      const lines = rows.filter((row) => row.table === table).map(({ cells }) => encodeRow(cells))
      const target = { database, table, columns: insertColumns[table] }
      await client.insert(target, [Buffer.from(`${lines.join('\n')}\n`)])
    }
  }
  const client = () => pipeline.client
  const drop = (table: string, where: string) =>
    pipeline.client.command(
      `ALTER TABLE ${pipeline.database}.${table} DELETE WHERE ${where} SETTINGS mutations_sync = 2`,
    )

  async function reconcile(decodedTo = WEBHOOKS) {
    const { client, generation, database } = pipeline
    const seen: CheckedSlice[] = []
    const isComplete = await reconcilePass({
      client,
      generation,
      sinceMs: NOW - 86_400_000,
      nowMs: () => Date.now(),
      decoded: new Map([[0, decodedTo]]),
      starts: new Map([[0, 0]]),
      channelOf: async () => 'main',
      onDifference: (slice) => {
        seen.push(slice)
      },
      signal: new AbortController().signal,
    })
    expect(isComplete).toBe(true)
    const result = await readReconciliation({ client, database }, NOW - 86_400_000)
    return { ...result, seen }
  }

  beforeEach(async () => {
    for (const table of [
      'raw_webhooks',
      'message_events',
      'account_events',
      'message_content',
      'dead_letters',
      'errors',
      'reconciliation_slices',
    ]) {
      await pipeline.client.command(`TRUNCATE TABLE ${pipeline.database}.${table}`)
    }
    await write([
      decoded(offsets.map((offset) => verdictOf(offset))),
      ...offsets.flatMap((offset) => [eventOf(offset, 0), accountEventOf(offset, 1)]),
    ])
  })

  it('finds nothing if everything is there, however often it was written', async () => {
    expect(await reconcile(12)).toMatchObject({ differences: [], resent: 0 })
    await write([
      decoded(offsets.slice(5).map((offset) => verdictOf(offset))),
      ...offsets.map((offset) => eventOf(offset, 0)),
    ])
    expect(await reconcile()).toMatchObject({ differences: [], resent: 0 })
  })

  it('names lost verdicts and lost rows, and forgets them when they are back', async () => {
    await drop('raw_webhooks', 'raw_offset IN (4, 5, 29)')
    await drop('message_events', 'raw_offset = 7 AND item_index = 0')
    await drop('account_events', 'raw_offset = 8')
    await drop('message_content', 'raw_offset = 9')
    const { differences, seen } = await reconcile()
    expect(differences.toSorted((a, b) => a.kind.localeCompare(b.kind))).toEqual([
      { kind: 'missing_account_event', channel: 'main', amount: 1 },
      { kind: 'missing_content', channel: 'main', amount: 1 },
      { kind: 'missing_event', channel: 'main', amount: 1 },
      { kind: 'missing_verdict', channel: 'main', amount: 3 },
    ])
    expect(seen[0]?.gaps).toEqual([
      { from: 4, to: 6 },
      { from: 29, to: 30 },
    ])
    expect(
      seen[0]?.differences.map(({ kind, rawOffset, items }) => ({ kind, rawOffset, items })),
    ).toEqual([
      { kind: 'missing_event', rawOffset: 7, items: [0] },
      { kind: 'missing_account_event', rawOffset: 8, items: [1] },
      { kind: 'missing_content', rawOffset: 9, items: [0] },
    ])
    await write([
      decoded([4, 5, 29].map((offset) => verdictOf(offset))),
      eventOf(7, 0),
      accountEventOf(8, 1),
      eventOf(9, 0),
    ])
    expect((await reconcile()).differences).toEqual([])
  })

  it('counts a repeated receipt as sent again', async () => {
    await write([decoded([verdictOf(3, { receiptId: 'receipt-2', receivedAt: NOW - 59_998 })])], 9)
    expect(await reconcile()).toMatchObject({ resent: 1 })
  })

  it('compares only open dead letters, and lets the later verdict win', async () => {
    const letter = {
      reason: 'item_invalid',
      detail: '',
      stage: 'decoder',
      generation: pipeline.generation,
      topic: pipeline.topics.raw,
      partition: 0,
      offset: 6,
      itemIndex: 0,
      receiptId: '',
      channel: 'main',
      receivedAt: NOW - 60_000 + 6,
      attempts: 1,
      firstSeenAt: null,
      redrivenAt: null,
      destination: '',
      body: new Uint8Array(),
    } as const
    await drop('message_events', 'raw_offset = 6 AND item_index = 0')
    await write([decoded([verdictOf(6, { events: 1, deadLetters: 1, verdict: 'partial' })])], 10)
    expect((await reconcile()).differences).toEqual([
      { kind: 'missing_letter', channel: 'main', amount: 1 },
    ])
    await write([{ type: 'DeadLetter', data: letter }], 1)
    expect((await reconcile()).differences).toEqual([])
    await write([eventOf(6, 0), { type: 'DeadLetter', data: { ...letter, redrivenAt: NOW } }], 2)
    await write([decoded([verdictOf(6)])], 11)
    await write([decoded([verdictOf(6, { events: 1, deadLetters: 1, verdict: 'partial' })])], 10)
    expect((await reconcile()).differences).toEqual([])
  })

  it('lets the later verdict win when the topic has got more partitions meanwhile', async () => {
    const partial = decoded([verdictOf(6, { events: 1, deadLetters: 1, verdict: 'partial' })])
    const [before, after] = [{ partition: 2 }, { partition: 6 }]
    // As written before rows had the time of their verdict: with the offset, however large.
    await client().command(`INSERT INTO ${pipeline.database}.raw_webhooks SELECT * REPLACE (
      toUInt32(1) AS events, 123456789012 AS verdict_offset)
      FROM ${pipeline.database}.raw_webhooks WHERE raw_offset = 5`)
    await write([partial], 900_000, { ...before, timestampMs: NOW })
    expect((await reconcile()).differences).toHaveLength(2)
    await write([decoded([verdictOf(6), verdictOf(5)])], 0, { ...after, timestampMs: NOW + 5 })
    expect(await reconcile()).toMatchObject({ differences: [], resent: 0 })
    // The sink may read the earlier verdicts once more.
    await write([partial], 900_000, { ...before, timestampMs: NOW })
    expect(await reconcile()).toMatchObject({ differences: [], resent: 0 })
  })
})
