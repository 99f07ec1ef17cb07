// Goal: bodies of earlier years become rows in their own days, once, however often they are
// imported. Method: `import` beside a running `start`, from an export with the time beside the
// body.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { startCommand } from './command-process.ts'
import { untilSettled } from './settled.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const DAY_MS = 86_400_000
const SETTLE_MS = 120_000
const NUMBER = '106540352242922'
/** Days ago, oldest first; further apart than a timeline is remembered. */
const AGES = [300, 200, 100] as const
const MESSAGES_PER_DAY = 40

let folder: string
let file: string
let wabastream: WabastreamProcess
let clickhouse: ClickHouseClient
let kafka: KafkaClient

const noonOf = (age: number): number =>
  Math.floor((Date.now() - age * DAY_MS) / DAY_MS) * DAY_MS + DAY_MS / 2
const dayOf = (age: number): string => new Date(noonOf(age)).toISOString().slice(0, 10)

/** The time that we received it, and the body as it came, as text. */
function lineOf(age: number, index: number): string {
  const seconds = noonOf(age) / 1_000
  const statuses = ['sent', 'delivered'].map((status, step) => ({
    id: `wamid.${age}.${index}`,
    status,
    timestamp: String(seconds + step),
    recipient_id: '4915',
  }))
  const value = {
    messaging_product: 'whatsapp',
    metadata: { phone_number_id: NUMBER },
    statuses,
  }
  const body = {
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  }
  const at = new Date(noonOf(age) + 5_000).toISOString()
  return JSON.stringify({ at, payload: JSON.stringify(body) })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wabastream-import-'))
  file = join(folder, 'export.ndjson')
  const lines = AGES.flatMap((age) =>
    Array.from({ length: MESSAGES_PER_DAY }, (_, index) => lineOf(age, index)),
  )
  await writeFile(file, `${lines.join('\n')}\n`)
  wabastream = await startWabastream()
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
  kafka = createKafkaClient({ brokers: wabastream.brokers, clientId: 'import-test' })
}, 240_000)

afterAll(async () => {
  await kafka?.close()
  await clickhouse?.close()
  await wabastream?.stop()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

async function select(sql: string): Promise<readonly unknown[]> {
  const result = await clickhouse.query({ query: sql, format: 'JSONEachRow' })
  return result.json()
}

async function importFile(...args: readonly string[]) {
  const command = startCommand(wabastream.dataDirectory, [
    'import',
    file,
    '--channel',
    'archive',
    '--received-at',
    '/at',
    '--body',
    '/payload',
    '--json',
    ...args,
  ])
  const code = await command.ended
  return { code, output: command.output(), report: JSON.parse(command.result() || 'null') }
}

const rowsByDay = () =>
  Promise.all([
    select(`SELECT toString(toDate(received_at)) AS day, toUInt32(uniqExact(receipt_id)) AS receipts
    FROM wa_g1.raw_webhooks FINAL WHERE channel = 'archive' GROUP BY day ORDER BY day`),
    select(`SELECT toString(anchor_day) AS day, toUInt32(count()) AS messages,
      toUInt32(countIf(rungs = 3)) AS delivered, toUInt32(countIf(headless)) AS headless
    FROM wa_g1.message_timeline FINAL GROUP BY day ORDER BY day`),
  ])

describe('wabastream import', () => {
  const days = AGES.map(dayOf)
  const expected = [
    days.map((day) => ({ day, receipts: MESSAGES_PER_DAY })),
    days.map((day) => ({
      day,
      messages: MESSAGES_PER_DAY,
      delivered: MESSAGES_PER_DAY,
      headless: 0,
    })),
  ]

  it('says offline what would come of it', async () => {
    const { code, report } = await importFile('--dry-run')
    expect([code, report]).toMatchObject([
      0,
      {
        isDryRun: true,
        imported: AGES.length * MESSAGES_PER_DAY,
        refused: 0,
        verdicts: { decoded: AGES.length * MESSAGES_PER_DAY },
      },
    ])
    expect(await select("SELECT 1 FROM wa_g1.raw_webhooks WHERE channel = 'archive'")).toEqual([])
  })

  it(
    'becomes rows and timelines of their own days',
    async () => {
      const { code, output, report } = await importFile()
      expect([code, output, report]).toMatchObject([
        0,
        expect.anything(),
        {
          imported: AGES.length * MESSAGES_PER_DAY,
          isWhole: true,
          backward: 0,
        },
      ])
      await untilSettled(kafka, SETTLE_MS)
      expect(await rowsByDay()).toEqual(expected)
    },
    SETTLE_MS * 2,
  )

  it(
    'done again adds nothing that is seen, and is counted as resent',
    async () => {
      const { code } = await importFile()
      expect(code).toBe(0)
      await untilSettled(kafka, SETTLE_MS)
      expect(await rowsByDay()).toEqual(expected)
      const [transitions] = await select(`SELECT toUInt32(count()) AS rows,
      toUInt32(uniqExact(message_id, rung)) AS facts FROM wa_g1.status_transitions FINAL`)
      expect(transitions).toEqual({
        rows: 2 * AGES.length * MESSAGES_PER_DAY,
        facts: 2 * AGES.length * MESSAGES_PER_DAY,
      })
      const reconcile = startCommand(wabastream.dataDirectory, [
        'reconcile',
        '--from',
        'beginning',
        '--json',
      ])
      expect(await reconcile.ended).toBe(0)
      const { hours }: { readonly hours: readonly { readonly resent: number }[] } = JSON.parse(
        reconcile.result(),
      )
      expect(hours.reduce((sum, { resent }) => sum + resent, 0)).toBe(
        AGES.length * MESSAGES_PER_DAY,
      )
    },
    SETTLE_MS * 2,
  )

  it(
    'refuses what the tables would erase at once',
    async () => {
      await writeFile(file, `${lineOf(100, 1_000)}\n${lineOf(500, 0)}\n`)
      const stopped = await importFile()
      expect(stopped.code).toBe(1)
      expect(stopped.output).toContain('Line 2 was received at')
      expect(stopped.output).toContain('continue with --from-line 2')
      const { code, report } = await importFile('--skip-expired', '--from-line', '2')
      expect([code, report]).toMatchObject([0, { imported: 0, expired: 1 }])
    },
    SETTLE_MS,
  )
})
