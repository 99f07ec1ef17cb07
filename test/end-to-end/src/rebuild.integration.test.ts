// Goal: what is damaged after the raw topic can be rebuilt from it while traffic goes on, and
// nobody sees less than before. Method: damage the tables of generation 1, rebuild as generation 2
// under traffic, compare, swap, drop; compare what the views show with the oracle.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  type Acknowledgement,
  generateTraffic,
  sendWebhooks,
  type SimulatedWebhook,
} from '@wabastream/simulator'
import { eventually, expectTimelines, type Fact, readFacts } from '@wabastream/testing'
import { type CommandProcess, startCommand } from './command-process.ts'
import { compareTimelines } from './compare-timelines.ts'
import { untilSettled } from './settled.ts'
import { readStoredTimelines } from './stored-timelines.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const SETTLE_TIMEOUT_MS = 120_000
const STEP_TIMEOUT_MS = 600_000
const FLAT_NUMBER = '206540352242900'
const seed = process.env['WABASTREAM_SEED'] ?? 'rebuild'

let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient
let rebuild: CommandProcess
let sending: Promise<void> = Promise.resolve()
/** Ends the live traffic. */
const enough = new AbortController()
const facts: Fact[] = []
const damaged: string[] = []

beforeAll(async () => {
  wabastream = await startWabastream()
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'rebuild-test' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, STEP_TIMEOUT_MS)

afterAll(async () => {
  enough.abort()
  rebuild?.interrupt()
  await rebuild?.ended
  await clickhouse?.close()
  await kafka?.close()
  await wabastream?.stop()
}, 60_000)

function traffic(count: number, part: string): readonly SimulatedWebhook[] {
  const spanMs = 3_600_000
  return generateTraffic({
    count,
    seed: `${seed} ${part}`,
    spanMs,
    startMs: Date.now() - 2 * spanMs,
    duplicateShare: 0.1,
    shuffleShare: 0.5,
  })
}

async function send(webhooks: readonly SimulatedWebhook[], ratePerSecond?: number): Promise<void> {
  const journal: Acknowledgement[] = []
  const { refused } = await sendWebhooks({
    url: wabastream.webhooksUrl,
    webhooks,
    journal,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond, signal: enough.signal }),
  })
  expect(refused).toEqual([])
  for (const { index } of journal) {
    const body: Record<string, unknown> = JSON.parse(String(webhooks[index]?.body))
    facts.push(...readFacts(body, { flatNumber: FLAT_NUMBER, nowMs: Date.now() }))
  }
}

async function select<T>(query: string): Promise<readonly T[]> {
  const result = await clickhouse.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return result.json<T>()
}

const replay = (...args: readonly string[]): CommandProcess =>
  startCommand(wabastream.dataDirectory, ['replay', ...args])

async function finish(command: CommandProcess): Promise<{ code: number | null; output: string }> {
  const code = await command.ended
  return { code, output: command.output() }
}

interface ShownRow {
  readonly number: string
  readonly message_id: string
  readonly participant: string
  readonly sent: number | null
  readonly read: number | null
}

/** The views and the tables behind them, against the oracle. */
async function expectShownAsTold(generation: number): Promise<void> {
  await untilSettled(kafka, SETTLE_TIMEOUT_MS, generation)
  const expected = expectTimelines(facts)
  const stored = await readStoredTimelines(clickhouse, `wa_g${generation}`)
  expect(compareTimelines(expected, stored)).toEqual({
    expected: expected.size,
    stored: expected.size,
    missing: [],
    surplus: [],
    differing: [],
  })
  const shown = await select<ShownRow>(`
    SELECT number, message_id, participant, toUnixTimestamp64Milli(sent_at) AS sent,
      toUnixTimestamp64Milli(read_at) AS read FROM wa.messages`)
  // An echo stands for sent, at its own time.
  const wanted = [...expected.values()].map(
    ({ echoed, messageAt, messageId, number, participant, readAt, sentAt }) =>
      JSON.stringify([
        number,
        messageId,
        participant,
        echoed ? (messageAt ?? sentAt) : sentAt,
        readAt,
      ]),
  )
  expect(
    shown
      .map((row) =>
        JSON.stringify([row.number, row.message_id, row.participant, row.sent, row.read]),
      )
      .toSorted(),
  ).toEqual(wanted.toSorted())
}

/** Takes three timelines of generation 1 away and raises the rungs of two others. */
async function damage(): Promise<void> {
  const rows = await select<{ readonly message_id: string; readonly key: string }>(`
    SELECT message_id, toJSONString([number, message_id, participant]) AS key
    FROM wa_g1.message_timeline FINAL
    WHERE rungs = 1 AND participant = '' ORDER BY message_id LIMIT 5`)
  const list = (from: number, to: number): string =>
    rows
      .slice(from, to)
      .map(({ message_id: id }) => `'${id}'`)
      .join(', ')
  await clickhouse.command({
    query: `DELETE FROM wa_g1.message_timeline WHERE message_id IN (${list(0, 3)})
      AND participant = ''`,
  })
  await clickhouse.command({
    query: `INSERT INTO wa_g1.message_timeline SELECT * REPLACE (toUInt8(8) AS rungs)
      FROM wa_g1.message_timeline FINAL
      WHERE message_id IN (${list(3, 5)}) AND participant = ''`,
  })
  damaged.push(...rows.map(({ key }) => key))
}

describe(`a rebuild (WABASTREAM_SEED='${seed}')`, () => {
  it(
    'catches up beside the live generation while traffic goes on',
    async () => {
      await send(traffic(2_000, 'before'))
      await untilSettled(kafka, SETTLE_TIMEOUT_MS)
      await damage()
      expect(damaged).toHaveLength(5)
      sending = send(traffic(12_000, 'during'), 4)
      rebuild = replay('--into', '2')
      await eventually(
        'generation 2 has caught up',
        () => rebuild.output().includes('has caught up'),
        STEP_TIMEOUT_MS,
      )
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 1 }])
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'names exactly the damaged timelines, whatever is in flight',
    async () => {
      const diff = replay('--diff', '--into', '2', '--json')
      const { code, output } = await finish(diff)
      // An error ends with 1 as well, and its message is what matters then.
      expect({ code, output }).toMatchObject({
        code: 1,
        output: expect.stringContaining('"isEqual"'),
      })
      const { listed, differing, counts, kinds } = JSON.parse(diff.result())
      const keys = listed.map((one: Record<string, string>) =>
        JSON.stringify([one['number'], one['messageId'], one['participant']]),
      )
      expect(keys.toSorted()).toEqual(damaged.toSorted())
      expect(differing).toBe(5)
      expect(kinds).toMatchObject([
        { kind: 'surplus_row', table: 'message_timeline', count: 3 },
        { kind: 'message_timeline.rungs', table: 'message_timeline', count: 2 },
      ])
      expect(
        counts.filter(
          (one: Record<string, unknown>) => one['isExact'] === true && one['live'] !== one['other'],
        ),
      ).toEqual([])
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'is swapped in when its differences are accepted, and the views show everything',
    async () => {
      const refusal = await finish(replay('--swap', '--into', '2', '--accept', 'surplus_row'))
      expect(refusal).toMatchObject({
        code: 1,
        output: expect.stringContaining(
          '- message_timeline.rungs: 2 rows of message_timeline, such as ',
        ),
      })
      expect(refusal.output).not.toContain('- surplus_row')
      expect(refusal.output).toContain(
        '`./wabastream replay --swap --into 2 --accept surplus_row ' +
          '--accept message_timeline.rungs',
      )
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 1 }])
      expect(
        await finish(
          replay(
            '--swap',
            '--into',
            '2',
            '--accept',
            'surplus_row',
            '--accept',
            'message_timeline.rungs',
          ),
        ),
      ).toMatchObject({ code: 0 })
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 2 }])
      enough.abort()
      await sending
      await expectShownAsTold(2)
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'refuses to swap in what lacks webhooks, and names them',
    async () => {
      const built = await finish(replay('--into', '3', '--from', '0:40,2:7', '--exit'))
      expect(built).toMatchObject({ code: 0 })
      const { code, output } = await finish(replay('--swap', '--into', '3'))
      expect(code).toBe(1)
      expect(output).toContain('Generation 3 lacks 47 webhooks that generation 2 holds')
      expect(output).toContain('raw partition 0, offsets 0 to 39: 40 webhooks')
      expect(output).toContain('raw partition 2, offsets 0 to 6: 7 webhooks')
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 2 }])
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'drops what is not live; the running start goes on with what is',
    async () => {
      expect(await finish(replay('--drop', '2'))).toMatchObject({
        code: 1,
        output: expect.stringContaining('is the live one'),
      })
      expect(await finish(replay('--drop', '3'))).toMatchObject({ code: 0 })
      expect(await finish(replay('--drop', '1'))).toMatchObject({ code: 0 })
      await eventually(
        'start runs generation 2',
        () => wabastream.output().includes('generation 2 runs'),
        STEP_TIMEOUT_MS,
      )
      expect(
        await select("SELECT name FROM system.databases WHERE name LIKE 'wa%' ORDER BY name"),
      ).toEqual([
        { name: 'wa' },
        { name: 'wa_analysis' },
        { name: 'wa_g2' },
        { name: 'wa_secrets' },
      ])
      rebuild.interrupt()
      expect(await rebuild.ended).toBe(0)
      await send(traffic(300, 'after'))
      await expectShownAsTold(2)
    },
    STEP_TIMEOUT_MS,
  )
})
