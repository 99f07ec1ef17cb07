import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import {
  checkSlice,
  createClickHouse,
  databasesOfViews,
  encodeRow,
  insertColumns,
  isSinkRecord,
  migrate,
  type PlainRecord,
  type TableRow,
  toTableRows,
  toTimelineRow,
} from '@wabastream/clickhouse'
import { databaseName, type DeadLetter, rawHeaders, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { anEnvelope, aStatus, copyTemplate, stackFromEnv } from '@wabastream/testing'
import { type DeadLetterRow, listDeadLetters } from './dead-letter-queries.ts'
import { createTerminal } from '../output/terminal.ts'
import { refusedRecords } from './redrive-records.fixture.ts'
import { type RedriveOutcome, redriveLetters } from './redrive-letters.ts'
import { runRedrive } from './run-redrive.ts'

// Goal: redriving puts right what failed under another version, and doubles nothing. Method: a
// letter and a verdict as that version left them; what redriving appends is written as the sink
// would write it.
const stack = stackFromEnv()
const generation = 100_000 + Math.floor(Math.random() * 1_000_000)
const database = databaseName(generation)
const topics = topicNames(generation)
const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'redrive-test' })
const clickhouse = createClickHouse({ url: stack.clickhouseUrl })
const codec = createAvroCodec({ url: stack.schemaRegistryUrl })
const producer = kafka.chainedProducer()
const NOW = Date.now()
const positions = new Map<string, number>()

async function write(record: PlainRecord, place = { partition: 0, offset: 0, timestampMs: NOW }) {
  for (const row of toTableRows(record, place)) await insert(row)
}

async function insert({ table, cells }: TableRow) {
  const target = { database, table, columns: insertColumns[table] }
  await clickhouse.insert(target, [Buffer.from(`${encodeRow(cells)}\n`)])
}

/** Turns everything that was appended since the last time into rows, and resolves with it. */
async function sink(): Promise<readonly string[]> {
  const seen: string[] = []
  for (const topic of [topics.events, topics.decoded, topics.deadLetters]) {
    for (const [partition, end] of await kafka.admin.endOffsets(topic)) {
      const from = positions.get(`${topic}/${partition}`) ?? 0
      positions.set(`${topic}/${partition}`, end)
      for (let offset = from; offset < end; offset += 1) {
        const stored = await kafka.readRecord({ topic, partition, offset })
        if (stored?.value === null || stored === null) continue
        await codec.prepare(stored.value)
        const record = codec.decode(stored.value)
        if (!isSinkRecord(record) || record.type === 'MessageTimeline') continue
        if (record.type === 'DeadLetter' && record.data.generation !== generation) continue
        seen.push(record.type)
        await write(record, stored)
      }
    }
  }
  return seen
}

async function appendWebhook(statuses: readonly unknown[]): Promise<number> {
  const value = { metadata: { phone_number_id: '109876543210987' }, statuses }
  const changes = [{ field: 'messages', value }]
  const body = { object: 'whatsapp_business_account', entry: [{ id: '1', changes }] }
  const { baseOffset } = await producer.send({ topic: topics.raw, partition: 0 }, [
    {
      key: null,
      value: Buffer.from(JSON.stringify(body)),
      headers: {
        [rawHeaders.receiptId]: 'receipt',
        [rawHeaders.receivedAt]: String(NOW),
        [rawHeaders.channel]: 'main',
      },
    },
  ])
  return baseOffset
}

const statusItem = (id: string) => ({
  id,
  status: 'sent',
  timestamp: String(Math.floor(NOW / 1_000)),
  recipient_id: '49',
})

function letterOf(given: Partial<DeadLetter>): { type: 'DeadLetter'; data: DeadLetter } {
  return {
    type: 'DeadLetter',
    data: {
      reason: 'item_invalid',
      detail: 'an old version',
      stage: 'decoder',
      generation,
      topic: topics.raw,
      partition: 0,
      offset: 0,
      itemIndex: 1,
      receiptId: 'receipt',
      channel: 'main',
      receivedAt: NOW,
      attempts: 1,
      firstSeenAt: null,
      redrivenAt: null,
      destination: '',
      body: Buffer.from('{}'),
      ...given,
    },
  }
}

/**
 * A webhook of two items, as left by a version that could not read the second one, with fewer
 * partitions than there are now.
 */
async function leaveBehind(...others: readonly unknown[]): Promise<number> {
  const partition = (await partitionsOf(topics.deadLetters)) - 1
  const offset = await appendWebhook([statusItem('a'), ...others])
  await write({
    type: 'WebhooksDecoded',
    data: {
      rawPartition: 0,
      firstOffset: offset,
      verdicts: [
        {
          offsetDelta: 0,
          receiptId: 'receipt',
          channel: 'main',
          receivedAt: NOW,
          bytes: 9,
          verdict: 'partial',
          messages: 0,
          statuses: 2,
          errors: 0,
          otherFields: 0,
          events: 1,
          deadLetters: 1,
        },
      ],
    },
  })
  await write(aStatus('sent', { rawOffset: offset, receivedAt: NOW, itemIndex: 0 }))
  await producer.send({ topic: topics.deadLetters, partition }, [
    { key: null, value: codec.encode('DeadLetter', letterOf({ offset }).data) },
  ])
  await sink()
  return offset
}

const open = () => listDeadLetters(clickhouse, { generation, state: 'open', limit: 100 })
const all = () => listDeadLetters(clickhouse, { generation, limit: 100 })
const posterOf = () => undefined
const tools = { clickhouse, kafka, producer, codec, generation, isDryRun: false, posterOf }
async function redriveAll(letters: readonly DeadLetterRow[], isDryRun = false) {
  const outcomes: RedriveOutcome[] = []
  for await (const one of redriveLetters({ ...tools, isDryRun }, letters)) outcomes.push(one)
  return outcomes
}
const redrive = async (isDryRun = false) => redriveAll(await open(), isDryRun)

function record() {
  const lines: string[] = []
  const add = (line: string) => {
    lines.push(line)
  }
  const ids = () => lines.flatMap((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? [])
  return { lines, ids, terminal: { ...createTerminal(), out: add, note: add } }
}

const refused = refusedRecords(NOW)
const valueOf = (name: keyof typeof refused) => codec.encode(refused[name].type, refused[name].data)

async function rowsOf(table: string): Promise<number> {
  const [row] = await clickhouse.query<{ readonly n: number }>(
    `SELECT count() AS n FROM ${database}.${table} FINAL`,
  )
  return row?.n ?? 0
}

const check = (offset: number) =>
  checkSlice({
    client: clickhouse,
    database,
    generation,
    rawTopic: topics.raw,
    slice: { rawPartition: 0, from: offset, to: offset + 1 },
  })

/** Topics without a generation may already exist, because another test made them. */
async function partitionsOf(topic: string): Promise<number> {
  const counts = await kafka.admin.partitionCounts([topic]).catch(() => new Map<string, number>())
  return counts.get(topic) ?? 1
}

describe('redriving', () => {
  beforeAll(async () => {
    await kafka.admin.ensureTopics([
      { topic: topics.raw, partitions: await partitionsOf(topics.raw) },
      { topic: topics.deadLetters, partitions: await partitionsOf(topics.deadLetters) },
      { topic: topics.events, partitions: 2 },
      { topic: topics.decoded, partitions: 1 },
      { topic: topics.timelines, partitions: 1 },
      { topic: topics.transitions, partitions: 1 },
    ])
    await codec.register()
    await copyTemplate({
      client: clickhouse,
      generation,
      viewsDatabase: `wa_test_${generation}`,
      make: (template) => migrate({ client: clickhouse, retentionDays: 36_500, ...template }),
    })
    for (const [partition, end] of await kafka.admin.endOffsets(topics.deadLetters)) {
      positions.set(`${topics.deadLetters}/${partition}`, end)
    }
  }, 60_000)
  afterAll(async () => {
    await kafka.close()
    for (const made of databasesOfViews(`wa_test_${generation}`)) {
      await clickhouse.command(`DROP DATABASE IF EXISTS ${made}`)
    }
    await clickhouse.command(`DROP DATABASE IF EXISTS ${database}`)
    await clickhouse.close()
  })
  beforeEach(async () => {
    for (const table of [
      'raw_webhooks',
      'message_events',
      'dead_letters',
      'message_timeline',
      'status_transitions',
      'errors',
      'account_events',
    ]) {
      await clickhouse.command(`TRUNCATE TABLE ${database}.${table}`)
    }
  })

  it('changes nothing in a dry run', async () => {
    await leaveBehind(statusItem('b'))
    const [letter] = await open()
    expect(await redrive(true)).toEqual([{ id: letter?.id, outcome: 'redriven', detail: '' }])
    expect(await sink()).toEqual([])
    expect(await open()).toHaveLength(1)
  })

  it('puts right, once, what can now be read, however often it is redriven', async () => {
    const offset = await leaveBehind(statusItem('b'))
    const letters = await open()
    const [letter] = letters
    expect(await check(offset)).toMatchObject({ differences: [], gaps: [] })
    for (let time = 0; time < 2; time += 1) await redriveAll(letters)
    expect((await sink()).toSorted()).toEqual([
      'DeadLetter',
      'DeadLetter',
      'MessageStatusChanged',
      'MessageStatusChanged',
      'MessageStatusChanged',
      'MessageStatusChanged',
      'WebhooksDecoded',
      'WebhooksDecoded',
    ])
    // The partition where the offset distinguishes the last attempt from those before.
    expect(await all()).toMatchObject([
      {
        state: 'redriven',
        attempts: 2,
        itemIndex: 1,
        letterPartition: letter?.letterPartition,
      },
    ])
    expect(await check(offset)).toMatchObject({ differences: [], gaps: [] })
    expect(
      await clickhouse.query(`SELECT item_index AS item FROM ${database}.message_events FINAL
      WHERE raw_offset = ${offset} GROUP BY item ORDER BY item`),
    ).toEqual([{ item: 0 }, { item: 1 }])
    expect(await redrive()).toEqual([])
  })

  it('replaces the rows of what it now reads differently, and no others', async () => {
    const offset = await leaveBehind(statusItem('b'))
    const other = offset + 1_000
    const asReadBefore = { itemIndex: 0, receivedAt: NOW } as const
    for (const rawOffset of [offset, other]) {
      const place = { ...asReadBefore, rawOffset }
      const error = { code: 1, title: 'once', message: null, details: null, href: null }
      await write(aStatus('failed', place, { messageId: 'read wrongly', errors: [error] }))
      await write({
        type: 'AccountEventReceived',
        data: {
          envelope: anEnvelope(place),
          field: 'once',
          accountId: '1',
          event: 'X',
          payload: '{}',
        },
      })
    }
    // The same key, with other contents.
    await write(aStatus('read', { ...asReadBefore, rawOffset: offset }, { messageId: 'a' }))
    await redrive()
    await sink()
    const places = 'raw_offset AS offset, count() AS rows'
    const select = (table: string) =>
      clickhouse.query(`SELECT ${places}
      FROM ${database}.${table} FINAL GROUP BY offset ORDER BY offset`)
    expect(
      await clickhouse.query(`SELECT message_id AS id, status, item_index AS item
      FROM ${database}.message_events FINAL WHERE raw_offset = ${offset} ORDER BY item`),
    ).toEqual([
      { id: 'a', status: 'sent', item: 0 },
      { id: 'b', status: 'sent', item: 1 },
    ])
    expect(await select('errors')).toEqual([{ offset: other, rows: 1 }])
    expect(await select('account_events')).toEqual([{ offset: other, rows: 1 }])
    expect(await check(offset)).toMatchObject({ differences: [], gaps: [] })
  })

  it("closes the sink's letters about a webhook that is read again", async () => {
    const offset = await leaveBehind(statusItem('b'))
    for (const [index, rawOffset] of [offset, offset + 1_000].entries()) {
      const before = aStatus('sent', { rawOffset, receivedAt: NOW }, { messageId: 'read wrongly' })
      await write(
        letterOf({
          stage: 'clickhouse-sink',
          reason: 'sink_rejected',
          topic: topics.events,
          partition: 1,
          offset: 5_000 + index,
          itemIndex: 0,
          body: codec.encode(before.type, before.data),
        }),
        { partition: 0, offset: index, timestampMs: NOW },
      )
    }
    const letters = (await open()).toSorted((a, b) => (a.stage < b.stage ? 1 : -1))
    expect(await redriveAll(letters.filter(({ offset: at }) => at !== 5_001))).toMatchObject([
      { outcome: 'redriven', detail: '' },
      { outcome: 'redriven', detail: 'read again with its webhook' },
    ])
    await sink()
    // The one about another record of the same receipt.
    expect(await open()).toMatchObject([{ stage: 'clickhouse-sink', offset: 5_001 }])
    expect(
      await clickhouse.query(`SELECT message_id AS id FROM ${database}.message_events FINAL
      WHERE message_id = 'read wrongly'`),
    ).toEqual([])
  })

  it("keeps rows of items beyond this version's limit", async () => {
    // Counts as more items than are read of one body, so this item and those after it are not read.
    const errors = Array.from({ length: 20_000 }, () => ({}))
    const large = { ...statusItem('b'), status: 'failed', errors }
    const offset = await leaveBehind(large, statusItem('c'), statusItem('d'))
    const behind = (itemIndex: number, messageId: string) =>
      aStatus('sent', { rawOffset: offset, receivedAt: NOW, itemIndex }, { messageId })
    for (const row of [behind(0, 'read wrongly'), behind(2, 'c')]) await write(row)
    await write(
      letterOf({
        stage: 'clickhouse-sink',
        reason: 'sink_rejected',
        topic: topics.events,
        partition: 1,
        itemIndex: 3,
        body: codec.encode('MessageStatusChanged', behind(3, 'd').data),
      }),
    )
    const letters = (await open()).filter(({ stage }) => stage === 'decoder')
    expect(await redriveAll(letters)).toMatchObject([{ outcome: 'failed' }])
    await sink()
    expect(
      await clickhouse.query(`SELECT message_id AS id FROM ${database}.message_events FINAL
      ORDER BY item_index`),
    ).toEqual([{ id: 'a' }, { id: 'c' }])
    expect(await check(offset)).toMatchObject({ differences: [], gaps: [] })
    expect(
      (await open()).map(({ itemIndex, reason }) => `${reason} ${itemIndex}`).toSorted(),
    ).toEqual(['sink_rejected 3', 'too_many_items 1'])
  })

  it('leaves open what fails again, with one more attempt and when it first failed', async () => {
    await leaveBehind('no object')
    const [before] = await open()
    expect(await redrive()).toMatchObject([{ outcome: 'failed' }])
    await sink()
    expect(await open()).toMatchObject([
      { attempts: 2, firstSeenAt: before?.firstSeenAt, detail: 'item is not an object' },
    ])
  })

  it('writes the rows that a table refused, without appending to their topic', async () => {
    const value = codec.encode('MessageStatusChanged', aStatus('sent', { rawOffset: 7 }).data)
    await write(
      letterOf({
        stage: 'clickhouse-sink',
        reason: 'sink_rejected',
        topic: topics.events,
        partition: 1,
        offset: 1_000,
        itemIndex: -1,
        body: value,
      }),
      { partition: 0, offset: 0, timestampMs: NOW },
    )
    expect(await redrive()).toMatchObject([{ outcome: 'redriven' }])
    expect(await sink()).toEqual(['DeadLetter'])
    expect(await all()).toMatchObject([{ state: 'redriven' }])
    expect(
      await clickhouse.query(`SELECT raw_offset AS offset FROM ${database}.message_events`),
    ).toEqual([{ offset: 7 }])
  })

  it.each([
    ['timeline', 'timelines', 'message_timeline'],
    ['headlessTimeline', 'timelines', 'message_timeline'],
    ['transition', 'transitions', 'status_transitions'],
    ['decoded', 'decoded', 'raw_webhooks'],
  ] as const)(
    'writes the row of a refused %s, appending the letter alone',
    async (name, topic, table) => {
      const value = valueOf(name)
      await write(
        letterOf({
          stage: 'clickhouse-sink',
          reason: 'sink_rejected',
          topic: topics[topic],
          partition: 0,
          offset: 1_000,
          itemIndex: -1,
          body: value,
        }),
      )
      expect(await redrive(true)).toMatchObject([{ outcome: 'redriven' }])
      expect(await sink()).toEqual([])
      expect(await rowsOf(table)).toBe(0)
      expect(await redrive()).toMatchObject([{ outcome: 'redriven' }])
      expect(await sink()).toEqual(['DeadLetter'])
      expect(await rowsOf(table)).toBe(1)
      expect(await all()).toMatchObject([{ state: 'redriven' }])
    },
  )

  it.each([
    ['an earlier', 'timeline', -60],
    ['an earlier', 'headlessTimeline', -60],
    ['a later', 'timeline', 60],
    ['a later', 'headlessTimeline', 60],
  ] as const)('gives the row of %s day to a refused %s', async (_, name, days) => {
    const day = refused[name].data.anchorDay + days
    await insert({ table: 'message_timeline', cells: toTimelineRow(refused[name].data, day) })
    await write(
      letterOf({
        stage: 'clickhouse-sink',
        reason: 'sink_rejected',
        topic: topics.timelines,
        partition: 0,
        offset: 1_000,
        itemIndex: -1,
        body: valueOf(name),
      }),
    )
    await redrive()
    await sink()
    expect(await all()).toMatchObject([{ state: 'redriven' }])
    expect(
      await clickhouse.query(`SELECT toUInt32(anchor_day) AS day
      FROM ${database}.message_timeline FINAL`),
    ).toEqual([{ day }])
  })

  it('appends an event that the processor can now read to its topic, unchanged', async () => {
    const event = aStatus('sent', { rawOffset: 9 })
    const value = codec.encode(event.type, event.data)
    const { baseOffset: offset } = await producer.send({ topic: topics.events, partition: 1 }, [
      { key: 'key', value, headers: { 'received-at': String(NOW) } },
    ])
    await sink()
    await write(
      letterOf({
        stage: 'timeline-processor',
        topic: topics.events,
        partition: 1,
        offset,
        itemIndex: -1,
      }),
    )
    expect(await redrive(true)).toMatchObject([{ outcome: 'redriven' }])
    expect(await sink()).toEqual([])
    expect(await redrive()).toMatchObject([{ outcome: 'redriven' }])
    expect((await sink()).toSorted()).toEqual(['DeadLetter', event.type])
    const place = { topic: topics.events, partition: 1 }
    const again = await kafka.readRecord({ ...place, offset: offset + 1 })
    const before = await kafka.readRecord({ ...place, offset })
    expect([again?.key, again?.value, again?.headers]).toEqual([
      before?.key,
      before?.value,
      before?.headers,
    ])
    expect(await all()).toMatchObject([{ state: 'redriven' }])
  })

  it('takes letters by id, reason and time, and says how many it did not take', async () => {
    const body = valueOf('decoded')
    const given = { stage: 'clickhouse-sink', topic: topics.decoded, body } as const
    for (let index = 0; index < 4; index += 1) {
      await write(
        letterOf({
          ...given,
          offset: 2_000 + index,
          receivedAt: NOW + index,
          reason: index === 3 ? 'sink_rejected' : 'item_invalid',
        }),
        { partition: 0, offset: index, timestampMs: NOW },
      )
    }
    const planned = async (filter: Partial<Parameters<typeof runRedrive>[1]>) => {
      const { ids, lines, terminal } = record()
      await runRedrive(
        { ...tools, isDryRun: true },
        { limit: 100, ...filter },
        { dataDirectory: '.data', isJson: true, terminal },
      )
      return { ids: ids(), lines }
    }
    expect((await planned({ ids: [{ partition: 0, offset: 1 }] })).ids).toEqual(['0-1'])
    expect((await planned({ reason: 'sink_rejected' })).ids).toEqual(['0-3'])
    expect((await planned({ sinceMs: NOW + 1, untilMs: NOW + 3 })).ids).toEqual(['0-2', '0-1'])
    const { ids, lines } = await planned({ limit: 1, reason: 'item_invalid' })
    expect(ids).toEqual(['0-2'])
    expect(lines.at(-1)).toContain('2 more open letters of that kind were not taken')
  })

  it('says what was done before an error, and throws it', async () => {
    const body = valueOf('decoded')
    for (const [index, topic] of [topics.decoded, topics.decoded].entries()) {
      await write(
        letterOf({
          stage: 'clickhouse-sink',
          topic,
          body,
          offset: 3_000 + index,
          receivedAt: NOW - index,
        }),
        { partition: 0, offset: index, timestampMs: NOW },
      )
    }
    const { ids, lines, terminal } = record()
    let sent = 0
    const failing = {
      ...producer,
      send: async (...args: Parameters<typeof producer.send>) => {
        sent += 1
        if (sent === 2) throw new Error('gone for a moment')
        return producer.send(...args)
      },
    }
    await expect(
      runRedrive(
        { ...tools, producer: failing },
        { limit: 100 },
        { dataDirectory: '.data', isJson: true, terminal },
      ),
    ).rejects.toThrow('gone for a moment')
    expect(ids()).toEqual(['0-0'])
    expect(lines.at(-1)).toContain('stopped by an error with 1 of 2 tried')
    await sink()
    expect(await all()).toMatchObject([
      { offset: 3_000, state: 'redriven' },
      { offset: 3_001, state: 'open' },
    ])
  })
})
