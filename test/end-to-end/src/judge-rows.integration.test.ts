// Goal: the judge finds rows that are missing, or there twice. Method: write the rows of two
// webhooks into separate tables, do one thing wrong at a time, and ask the judge.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { createClient } from '@clickhouse/client'
import {
  createClickHouse,
  databasesOfViews,
  encodeRow,
  insertColumns,
  migrate,
  toTableRows,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import {
  anEnvelope,
  aReceivedMessage,
  aStatus,
  copyTemplate,
  stackFromEnv,
} from '@wabastream/testing'
import { judgeRows } from './judge-rows.ts'

const url = stackFromEnv().clickhouseUrl
const clickhouse = createClickHouse({ url })
const client = createClient({ url })
const generation = 2_000_000 + Math.floor(Math.random() * 1_000_000_000)
const database = databaseName(generation)
const TABLES = ['message_events', 'errors', 'account_events', 'raw_webhooks']
const receivedAt = Date.now()
const error = { code: 131026, title: null, message: null, details: null, href: null }
const expected = new Map([
  ['r0', { message_events: 2, errors: 1, account_events: 0 }],
  ['r1', { message_events: 1, errors: 0, account_events: 1 }],
])

type Written = Parameters<typeof toTableRows>[0]

const message = aReceivedMessage({ messageId: 'a', envelope: envelope({ itemIndex: 0 }) })
const failed = aStatus('failed', envelope({ itemIndex: 1 }), { errors: [error] })
const account: Written = {
  type: 'AccountEventReceived',
  data: {
    envelope: envelope({ rawOffset: 1 }),
    field: 'account_update',
    accountId: '1',
    event: 'VERIFIED_ACCOUNT',
    payload: '{}',
  },
}
const verdicts: Written = {
  type: 'WebhooksDecoded',
  data: { rawPartition: 0, firstOffset: 0, verdicts: [verdict(0, 2), verdict(1, 1)] },
}

function envelope(over: Parameters<typeof anEnvelope>[0]) {
  return anEnvelope({ rawPartition: 0, rawOffset: 0, receivedAt, ...over })
}

function verdict(offsetDelta: number, events: number) {
  return {
    offsetDelta,
    receiptId: `r${offsetDelta}`,
    channel: 'main',
    receivedAt,
    bytes: 700,
    verdict: 'decoded',
    messages: 0,
    statuses: 0,
    errors: 0,
    otherFields: 0,
    events,
    deadLetters: 0,
  } as const
}

async function write(...records: readonly Written[]): Promise<void> {
  const rows = records.flatMap((record) => toTableRows(record, { partition: 0, offset: 0 }))
  for (const { table, cells } of rows) {
    await clickhouse.insert({ database, table, columns: insertColumns[table] }, [
      Buffer.from(encodeRow(cells)),
    ])
  }
}

async function commands(statements: readonly string[]): Promise<void> {
  for (const statement of statements) await clickhouse.command(statement)
}

const judge = () => judgeRows(client, database, expected)

describe('the judge of rows', () => {
  beforeAll(async () => {
    const viewsDatabase = `${database}_views`
    await copyTemplate({
      client: clickhouse,
      generation,
      viewsDatabase,
      make: (template) => migrate({ client: clickhouse, retentionDays: 36_500, ...template }),
    })
  })
  beforeEach(async () => {
    for (const table of TABLES) await clickhouse.command(`TRUNCATE TABLE ${database}.${table}`)
  })
  afterAll(async () => {
    await clickhouse.command(`DROP DATABASE IF EXISTS ${database}`)
    for (const made of databasesOfViews(`${database}_views`)) {
      await clickhouse.command(`DROP DATABASE IF EXISTS ${made}`)
    }
    await Promise.all([clickhouse.close(), client.close()])
  })

  it('finds nothing if each row is there, however often it was sent', async () => {
    for (let times = 0; times < 2; times++) await write(message, failed, account, verdicts)
    expect(await judge()).toEqual({ lost: [], doubled: [] })
  })

  it('misses an event, an error and an account event that nobody counted', async () => {
    await write(message, verdicts)
    expect(await judge()).toEqual({
      lost: [
        'message_events of raw 0 @ 0: 1 for 2 of receipt r0',
        'message_events of raw 0 @ 1: 0 for 1 of receipt r1',
        'errors of raw 0 @ 0: 0 for 1 of receipt r0',
        'account_events of raw 0 @ 1: 0 for 1 of receipt r1',
      ],
      doubled: [],
    })
  })

  // As a sorting key would do that distinguishes two sendings of one row.
  it.each(TABLES)('sees a row of %s that a reader counts twice', async (table) => {
    await write(message, failed, account, verdicts)
    const [name, kept] = [`${database}.${table}`, `${database}.kept`]
    const rows = (from: number) =>
      `SELECT *, ${from} + rowNumberInAllBlocks() AS sending FROM ${kept} FINAL`
    await commands([
      `RENAME TABLE ${name} TO ${kept}`,
      `CREATE TABLE ${name} ENGINE = ReplacingMergeTree ORDER BY sending AS ${rows(0)}`,
      `INSERT INTO ${name} ${rows(10)}`,
    ])
    const { doubled, lost } = await judge()
    await commands([`DROP TABLE ${name}`, `RENAME TABLE ${kept} TO ${name}`])
    expect(lost).toEqual([])
    expect(doubled.length).toBeGreaterThan(0)
    for (const one of doubled)
      expect(one).toMatch(new RegExp(`^${table} of raw 0 @ [01]: \\d rows`))
  })

  it('sees rows that no webhook made', async () => {
    await write(
      message,
      failed,
      account,
      verdicts,
      aReceivedMessage({ messageId: 'b', envelope: envelope({ rawOffset: 9 }) }),
    )
    expect(await judge()).toEqual({
      lost: [],
      doubled: ['message_events of raw 0 @ 9: rows of no webhook'],
    })
  })
})
