// Goal: an installation of the version before goes on. Method: the code of that version makes a
// folder of data with half of some traffic; this version starts on it and takes the other half;
// what the views show is compared with what the former ones showed and with the oracle, before and
// after the rebuild that gets history right.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type Acknowledgement, generateTraffic, sendWebhooks } from '@wabastream/simulator'
import {
  countRows,
  expectTimelines,
  type Fact,
  readFacts,
  type RowCounts,
} from '@wabastream/testing'
import { startCommand } from './command-process.ts'
import { compareTimelines } from './compare-timelines.ts'
import { checkOutFormerVersion, FORMER_COMMIT, UNKNOWN_TO_FORMER } from './former-version.ts'
import { judgeRows } from './judge-rows.ts'
import { untilSettled } from './settled.ts'
import { readStoredTimelines } from './stored-timelines.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const FLAT_NUMBER = '206540352242900'
const SPAN_MS = 3_600_000
const SETTLE_TIMEOUT_MS = 180_000
const STEP_TIMEOUT_MS = 400_000
const seed = process.env['WABASTREAM_SEED'] ?? 'upgrade'

const directory = await mkdtemp(join(tmpdir(), 'wabastream-upgrade-'))
const former = join(directory, 'former')
const isKnown = await checkOutFormerVersion(former)
if (!isKnown) {
  process.stderr.write(`skipped: this clone's history does not reach back to ${FORMER_COMMIT}\n`)
}

const webhooks = generateTraffic({
  count: 500,
  seed,
  spanMs: SPAN_MS,
  startMs: Date.now() - 2 * SPAN_MS,
  duplicateShare: 0.1,
  shuffleShare: 0.5,
})
const half = Math.floor(webhooks.length / 2)
const facts: Fact[] = []
const rowCounts = new Map<string, RowCounts>()
let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient

type Row = Readonly<Record<string, unknown>>
/** By (number, message, participant). */
let shownBefore = new Map<string, Row>()

afterAll(async () => {
  await disconnect()
  await wabastream?.stop()
  await rm(directory, { recursive: true, force: true })
}, 60_000)

async function start(root?: string): Promise<void> {
  wabastream = await startWabastream({}, [], {
    directory,
    ...(root === undefined ? {} : { root }),
  })
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'upgrade-test' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}

async function disconnect(): Promise<void> {
  await clickhouse?.close()
  await kafka?.close()
}

async function send(from: number, to: number): Promise<void> {
  const part = webhooks.slice(from, to)
  const journal: Acknowledgement[] = []
  const { refused } = await sendWebhooks({ url: wabastream.webhooksUrl, webhooks: part, journal })
  expect(refused).toEqual([])
  for (const { headers, index } of journal) {
    const body: Record<string, unknown> = JSON.parse(String(part[index]?.body))
    facts.push(...readFacts(body, { flatNumber: FLAT_NUMBER, nowMs: Date.now() }))
    rowCounts.set(headers['x-receipt-id'] ?? '', countRows(body))
  }
  await untilSettled(kafka, SETTLE_TIMEOUT_MS)
}

async function select(query: string): Promise<readonly Row[]> {
  const result = await clickhouse.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return result.json<Row>()
}

async function readShown(): Promise<Map<string, Row>> {
  const rows = await select('SELECT * FROM wa.messages')
  return new Map(
    rows.map((row) => [
      JSON.stringify([row['number'], row['message_id'], row['participant']]),
      row,
    ]),
  )
}

/** What a message no longer shows as it did: key, column, both values. */
function changesIn(after: ReadonlyMap<string, Row>): readonly string[] {
  return [...shownBefore].flatMap(([key, row]) =>
    Object.entries(row).flatMap(([column, value]) => {
      const now = after.get(key)?.[column]
      return JSON.stringify(now) === JSON.stringify(value)
        ? []
        : [`${key} ${column}: ${JSON.stringify(value)}, now ${JSON.stringify(now)}`]
    }),
  )
}

const replay = async (
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string }> => {
  const command = startCommand(wabastream.dataDirectory, ['replay', ...args])
  return { code: await command.ended, output: command.output() }
}

const describeIfKnown = isKnown ? describe : describe.skip

describeIfKnown(`an upgrade from ${FORMER_COMMIT} (WABASTREAM_SEED='${seed}')`, () => {
  it(
    'goes on in the folder of the version before, where every message is shown as it was',
    async () => {
      await start(former)
      await send(0, half)
      shownBefore = await readShown()
      await disconnect()
      expect(await wabastream.leave()).toBe(0)
      await start()
      const shown = await readShown()
      expect(shownBefore.size).toBeGreaterThan(100)
      expect([...shown.keys()].toSorted()).toEqual([...shownBefore.keys()].toSorted())
      const changes = changesIn(shown).filter((change) => !change.includes(', now "notice"'))
      expect(changes).toEqual([])
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'folds what comes onto the state of before',
    async () => {
      const old = new Set(shownBefore.keys())
      await send(half, webhooks.length)
      expect(await judgeRows(clickhouse, 'wa_g1', rowCounts)).toEqual({ lost: [], doubled: [] })
      const stored = await readStoredTimelines(clickhouse, 'wa_g1')
      const { differing, missing, surplus } = compareTimelines(expectTimelines(facts), stored)
      const unexplained = differing.filter((difference) => {
        const [, key = '', field = ''] = /^(\[.*?\]) (\w+):/.exec(difference) ?? []
        return !old.has(key) || !UNKNOWN_TO_FORMER.has(field)
      })
      expect(unexplained).toEqual([])
      expect({ missing, surplus }).toEqual({ missing: [], surplus: [] })
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'answers in every view',
    async () => {
      const views = await select(`
        SELECT concat(name, if(create_table_query LIKE '%{since:Date}%', '(since = today())', ''))
          AS view
        FROM system.tables WHERE database = 'wa'`)
      for (const { view } of views) await select(`SELECT * FROM wa.${String(view)} LIMIT 1`)
      expect(views.length).toBeGreaterThan(20)
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'gets history right by a rebuild',
    async () => {
      expect(await replay('--into', '2', '--exit')).toMatchObject({ code: 0 })
      const refusal = await replay('--swap', '--into', '2')
      expect(refusal.code).toBe(1)
      const [, command = ''] = /`\.\/wabastream replay (--swap [^`]*)`/.exec(refusal.output) ?? []
      expect(await replay(...command.split(' '))).toMatchObject({ code: 0 })
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 2 }])
      const stored = await readStoredTimelines(clickhouse, 'wa_g2')
      expect(compareTimelines(expectTimelines(facts), stored)).toMatchObject({
        missing: [],
        surplus: [],
        differing: [],
      })
    },
    STEP_TIMEOUT_MS,
  )
})
