// Goal: the repair commands do what their manual says, as processes on the real parts. Method: let
// ClickHouse refuse rows, delete rows, and bring everything back: redrive, reconcile, and a rebuild
// that is interrupted under way.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  type Acknowledgement,
  exampleChannels,
  generateTraffic,
  sendWebhooks,
  type SimulatedWebhook,
  toWebhook,
} from '@wabastream/simulator'
import { eventually, expectTimelines, type Fact, readFacts } from '@wabastream/testing'
import { type CommandProcess, startCommand } from './command-process.ts'
import { compareTimelines } from './compare-timelines.ts'
import { untilSettled } from './settled.ts'
import { readStoredTimelines } from './stored-timelines.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const SETTLE_TIMEOUT_MS = 120_000
const STEP_TIMEOUT_MS = 300_000
const FLAT_NUMBER = '206540352242900'
const NOT_JSON = '{"messages": [ oops'
const { raw } = topicNames(1)
const seed = process.env['WABASTREAM_SEED'] ?? 'repair'

interface Ended {
  readonly code: number | null
  readonly output: string
  readonly result: string
}

interface Place {
  readonly partition: number
  readonly offset: number
  readonly item: number
}

interface Letter {
  readonly id: string
  readonly reason: string
  readonly state: string
  readonly attempts: number
  readonly receivedAt: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly itemIndex: number
}

let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient
const started: CommandProcess[] = []
const facts: Fact[] = []
/** Ends of the raw topic, and the time, between the two parts of the traffic. */
let middle: { readonly ends: ReadonlyMap<number, number>; readonly time: string }

beforeAll(async () => {
  wabastream = await startWabastream()
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'repair-test' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
}, STEP_TIMEOUT_MS)

afterAll(async () => {
  for (const command of started) command.interrupt()
  await Promise.all(started.map(({ ended }) => ended))
  await clickhouse?.close()
  await kafka?.close()
  await wabastream?.stop()
}, 60_000)

function start(...args: readonly string[]): CommandProcess {
  const command = startCommand(wabastream.dataDirectory, args)
  started.push(command)
  return command
}

async function end(command: CommandProcess): Promise<Ended> {
  const code = await command.ended
  return { code, output: command.output(), result: command.result() }
}

const run = (...args: readonly string[]): Promise<Ended> => end(start(...args))

async function select<T>(query: string): Promise<readonly T[]> {
  const result = await clickhouse.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return result.json<T>()
}

const command = (query: string): Promise<unknown> => clickhouse.command({ query })

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

const factsOf = ({ body }: SimulatedWebhook): readonly Fact[] =>
  readFacts(JSON.parse(String(body)), { flatNumber: FLAT_NUMBER, nowMs: Date.now() })

async function send(webhooks: readonly SimulatedWebhook[]): Promise<void> {
  const journal: Acknowledgement[] = []
  const { refused } = await sendWebhooks({ url: wabastream.webhooksUrl, webhooks, journal })
  expect(refused).toEqual([])
}

/** What `dead-letters list` prints. */
async function letters(...args: readonly string[]): Promise<readonly Letter[]> {
  const { code, result } = await run('dead-letters', 'list', '--json', ...args)
  expect(code).toBe(0)
  const rows = result.split('\n').filter((line) => line !== '')
  return rows.map((line): Letter => JSON.parse(line))
}

const redrive = (...args: readonly string[]): Promise<Ended> =>
  run('dead-letters', 'redrive', ...args)

/** What it is about: a letter that is tried again has another id. */
const sourceOf = ({ itemIndex, offset, partition, topic }: Letter): string =>
  `${topic} ${partition}/${offset} ${itemIndex}`

async function expectRedriven(args: readonly string[], some: readonly Letter[]): Promise<void> {
  const { code, output } = await redrive(...args)
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining(`${some.length} of ${some.length} redriven`),
  })
  await untilSettled(kafka, SETTLE_TIMEOUT_MS)
  const done = new Set((await letters('--state', 'redriven')).map(sourceOf))
  expect(some.map(sourceOf).filter((source) => !done.has(source))).toEqual([])
}

/** What `reconcile` names, item by item, and its exit code. */
async function reconcile(...args: readonly string[]) {
  const { code, result } = await run('reconcile', '--json', ...args)
  const { differences, hours } = JSON.parse(result)
  return { code, differences, hours, places: differences.flatMap(toPlaces) }
}

interface Difference {
  readonly kind: string
  readonly partition: number
  readonly offsets: string
  readonly items: readonly number[]
}

const toPlaces = ({ items, offsets, partition }: Difference): readonly Place[] =>
  items.map((item) => ({ partition, offset: Number(offsets), item }))

const byPlace = (a: Place, b: Place): number =>
  a.partition - b.partition || a.offset - b.offset || a.item - b.item

const placesIn = (table: string, where: string): Promise<readonly Place[]> =>
  select<Place>(`
  SELECT DISTINCT raw_partition AS partition, raw_offset AS offset, item_index AS item
  FROM ${table} WHERE ${where} ORDER BY partition, offset, item`)

describe(`dead letters (WABASTREAM_SEED='${seed}')`, () => {
  const refused = 'wa_g1.message_events'
  let isRefused: string
  let all: readonly Letter[]

  beforeAll(async () => {
    const webhooks = traffic(3_000, 'first')
    const ids = new Set(webhooks.flatMap(factsOf).map(({ messageId }) => messageId))
    isRefused = `message_id IN (${[...ids]
      .slice(0, 8)
      .map((id) => `'${id}'`)
      .join(', ')})`
    await command(`ALTER TABLE ${refused} ADD CONSTRAINT spoiled CHECK NOT (${isRefused})`)
    await send(webhooks)
    facts.push(...webhooks.flatMap(factsOf))
    const flat = exampleChannels.filter(({ dialect }) => dialect === 'flat')
    await send(flat.map((channel) => toWebhook(channel, Buffer.from(NOT_JSON))))
    await untilSettled(kafka, SETTLE_TIMEOUT_MS)
    all = await letters()
  }, STEP_TIMEOUT_MS)

  it(
    'are listed with their reasons, and shown with their bytes',
    async () => {
      const [json] = await letters('--reason', 'not_json')
      expect(await run('dead-letters', 'show', json?.id ?? '')).toMatchObject({
        code: 0,
        output: expect.stringContaining(NOT_JSON),
      })
      expect((await run('dead-letters', 'show', json?.id ?? '', '--raw')).result).toBe(NOT_JSON)
      const rows = await letters('--reason', 'sink_rejected')
      expect(rows.length).toBeGreaterThanOrEqual(4)
      expect(rows.length).toBe(all.length - 1)
      expect((await run('dead-letters', 'show', rows[0]?.id ?? '')).output).toMatch(
        /^00000000 ( [0-9a-f]{2}){16}/m,
      )
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'show as differences, each named by its position',
    async () => {
      const { code, places } = await reconcile()
      expect({ code, count: places.length }).toEqual({ code: 1, count: all.length - 1 })
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'stay open while their cause is there, with one more attempt',
    async () => {
      const { code, output } = await redrive('--reason', 'not_json')
      expect({ code, output }).toMatchObject({
        code: 1,
        output: expect.stringContaining('0 of 1 redriven'),
      })
      await untilSettled(kafka, SETTLE_TIMEOUT_MS)
      expect(await letters('--reason', 'not_json')).toMatchObject([{ state: 'open', attempts: 2 }])
      const [first] = await letters('--reason', 'sink_rejected')
      expect(await redrive(first?.id ?? '')).toMatchObject({ code: 1 })
      await untilSettled(kafka, SETTLE_TIMEOUT_MS)
      expect(await run('dead-letters', 'show', first?.id ?? '')).toMatchObject({
        code: 1,
        output: expect.stringContaining('has another id'),
      })
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'are redriven by id, by time and by reason, and marked so',
    async () => {
      const { places } = await reconcile()
      await command(`ALTER TABLE ${refused} DROP CONSTRAINT spoiled`)
      const rows = await letters('--reason', 'sink_rejected')
      const [first, second] = rows
      if (first === undefined || second === undefined) throw new Error('there are two')

      const dry = await redrive('--reason', 'sink_rejected', '--dry-run')
      expect(dry.output).toContain(`${rows.length} of ${rows.length} would be redriven`)
      expect(await letters('--state', 'redriven')).toEqual([])
      expect(await placesIn(refused, isRefused)).toEqual([])

      await expectRedriven([first.id], [first])
      const iso = (ms: number): string => new Date(ms).toISOString()
      const span = ['--from', iso(second.receivedAt), '--to', iso(second.receivedAt + 1)]
      const inSpan = rows.filter((row) => row !== first && row.receivedAt === second.receivedAt)
      await expectRedriven(span, inSpan)
      const rest = rows.filter((row) => row !== first && !inSpan.includes(row))
      await expectRedriven(['--reason', 'sink_rejected'], rest)
      expect((await letters('--state', 'open')).map(({ reason }) => reason)).toEqual(['not_json'])
      expect(await letters('--state', 'redriven')).toHaveLength(rows.length)

      expect(await placesIn(`${refused} FINAL`, isRefused)).toEqual(places.toSorted(byPlace))
      expect(await reconcile()).toMatchObject({ code: 0, differences: [] })
    },
    STEP_TIMEOUT_MS,
  )
})

describe('reconcile', () => {
  it(
    'names what is not there, by hour and channel, and else nothing',
    async () => {
      const [gap] = await select<{ readonly partition: number; readonly offset: number }>(`
      SELECT raw_partition AS partition, raw_offset AS offset FROM wa_g1.raw_webhooks
      WHERE raw_offset > 20 ORDER BY raw_offset, raw_partition LIMIT 1`)
      const [row] = await placesIn(
        'wa_g1.message_events',
        `raw_offset < 20
      AND event_type != 'AccountEventReceived' AND item_index = 0`,
      )
      if (gap === undefined || row === undefined) throw new Error('there are such rows')
      await command(`DELETE FROM wa_g1.raw_webhooks WHERE raw_partition = ${gap.partition}
      AND raw_offset IN (${gap.offset}, ${gap.offset + 1})`)
      await command(`DELETE FROM wa_g1.message_events WHERE raw_partition = ${row.partition}
      AND raw_offset = ${row.offset} AND item_index = ${row.item}`)

      const { code, output } = await run('reconcile')
      expect(code).toBe(1)
      expect(output).toContain(`missing_verdict ${gap.partition}/${gap.offset}-${gap.offset + 1}\n`)
      expect(output).toContain(`missing_event ${row.partition}/${row.offset} items ${row.item}\n`)
      const { differences, hours } = await reconcile()
      expect(differences).toHaveLength(2)
      expect(
        hours.every((hour: Record<string, unknown>) =>
          ['cloud', 'flat'].includes(String(hour['channel'])),
        ),
      ).toBe(true)
      expect(
        hours.reduce(
          (sum: number, hour: Record<string, number>) => sum + (hour['difference'] ?? 0),
          0,
        ),
      ).toBe(3)
      expect(await run('reconcile', '--to', '2020-01-01')).toMatchObject({
        code: 0,
        output: expect.stringContaining('no webhooks in that time'),
      })
    },
    STEP_TIMEOUT_MS,
  )
})

describe('a rebuild', () => {
  const replay = (...args: readonly string[]): CommandProcess => start('replay', ...args)
  const sum = (offsets: ReadonlyMap<number, number>): number =>
    [...offsets.values()].reduce((total, offset) => total + offset, 0)
  const begunAt = (offsets: ReadonlyMap<number, number>): string =>
    `begins at raw offsets ${[...offsets]
      .toSorted(([a], [b]) => a - b)
      .map(([partition, offset]) => `${partition}:${offset}`)
      .join(', ')}`
  const doneBy = async (generation: number): Promise<number> =>
    sum(await kafka.admin.committedOffsets(consumerGroup('decoder', generation), raw))

  it(
    'that is interrupted goes on where it stood, and lacks nothing',
    async () => {
      middle = { ends: await kafka.admin.endOffsets(raw), time: new Date().toISOString() }
      const first = replay('--into', '2', '--from', 'beginning')
      await eventually('its decoder has begun', async () => (await doneBy(2)) > 0, STEP_TIMEOUT_MS)
      // Perhaps before the others are ready.
      first.interrupt()
      const { code, output } = await end(first)
      expect({ code, output }).toMatchObject({
        code: 0,
        output: expect.stringContaining('not caught up yet'),
      })
      expect(output).toContain(begunAt(new Map([...middle.ends].map(([one]) => [one, 0]))))
      const stood = await doneBy(2)

      const later = traffic(1_000, 'second')
      const sending = send(later)
      facts.push(...later.flatMap(factsOf))
      const [second] = await Promise.all([
        run('replay', '--into', '2', '--exit', '--json'),
        sending,
      ])
      expect(second).toMatchObject({
        code: 0,
        output: expect.stringContaining('generation 2 goes on where it stands'),
      })
      expect(second.output).toMatch(/[\d ]+ of [\d ]+ webhooks, [\d ]+\/s; waiting: .*left/)
      expect(JSON.parse(second.result)).toMatchObject({ generation: 2 })
      expect(await doneBy(2)).toBeGreaterThanOrEqual(stood)
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'begins at an offset, refuses one that is not there, and runs without services',
    async () => {
      const behind = sum(await kafka.admin.endOffsets(raw))
      expect(
        await run('replay', '--into', '4', '--from', String(behind), '--no-services'),
      ).toMatchObject({ code: 2, output: expect.stringContaining('is behind the end of') })
      expect(await kafka.admin.topicStates([topicNames(4).events])).toEqual([])
      const forgetful = startCommand(wabastream.dataDirectory, ['replay', '--into', '4'], {
        RETENTION_DAYS: '30',
      })
      expect(await end(forgetful)).toMatchObject({
        code: 2,
        output: expect.stringContaining('rows for 400 days'),
      })
      const watching = replay('--into', '4', '--from', '7', '--no-services')
      const offsets = new Map([...middle.ends].map(([partition]) => [partition, 7]))
      await eventually(
        'it shows how it comes along',
        () =>
          watching.output().includes(begunAt(offsets)) && /webhooks, 0\/s/.test(watching.output()),
        STEP_TIMEOUT_MS,
      )
      expect(await kafka.admin.committedOffsets(consumerGroup('decoder', 4), raw)).toEqual(offsets)
      watching.interrupt()
      expect(await end(watching)).toMatchObject({ code: 0 })
      expect(await run('replay', '--into', '4', '--from', '8', '--no-services')).toMatchObject({
        code: 1,
        output: expect.stringContaining('was begun before'),
      })
      expect(await run('replay', '--drop', '4')).toMatchObject({ code: 0 })
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'from a time holds what came then, and cannot be swapped in',
    async () => {
      const watching = replay('--into', '3', '--from', middle.time, '--no-services', '--exit')
      await eventually(
        'its offsets are set',
        () => watching.output().includes(begunAt(middle.ends)),
        STEP_TIMEOUT_MS,
      )
      // Its services run elsewhere.
      expect(await run('replay', '--into', '3', '--exit')).toMatchObject({
        code: 0,
        output: expect.stringContaining('generation 3 goes on where it stands'),
      })
      expect(await end(watching)).toMatchObject({ code: 0 })
      const [held] = await select<{ readonly count: number }>(
        'SELECT count() AS count FROM wa_g3.raw_webhooks FINAL',
      )
      const ends = await kafka.admin.endOffsets(raw)
      expect(held?.count).toBe(sum(ends) - sum(middle.ends))

      const { code, output } = await run(
        'replay',
        '--swap',
        '--into',
        '3',
        '--accept-missing',
        '100000',
      )
      expect({ code, output }).toMatchObject({
        code: 1,
        output: expect.stringMatching(/raw partition 0, offsets 0 to \d+: [\d ]+ webhooks/),
      })
      // Two verdicts were taken from the live one.
      expect(output).toMatch(
        new RegExp(
          `lacks ${String(sum(middle.ends) - 2).replace(/\B(?=(\d{3})+$)/, '\\s')} webhooks`,
        ),
      )
      expect(await select('SELECT generation FROM wa.generation')).toEqual([{ generation: 1 }])
      expect(await run('replay', '--drop', '3')).toMatchObject({ code: 0 })
    },
    STEP_TIMEOUT_MS,
  )

  it(
    'that leaves rows out on purpose is swapped in when they are accepted',
    async () => {
      await untilSettled(kafka, SETTLE_TIMEOUT_MS, 2)
      const [lost] = await placesIn('wa_g2.message_events', 'raw_offset = 25 AND item_index = 0')
      if (lost === undefined) throw new Error('there is such a row')
      await command(`DELETE FROM wa_g2.message_events WHERE raw_partition = ${lost.partition}
      AND raw_offset = ${lost.offset} AND item_index = ${lost.item}`)
      const swap = (...args: readonly string[]): Promise<Ended> =>
        run('replay', '--swap', '--into', '2', ...args)
      const named = `1 rows, such as ${lost.partition}:${lost.offset}:${lost.item}`
      const refusal = await swap()
      expect(refusal).toMatchObject({ code: 1, output: expect.stringContaining(named) })
      // Those that were taken from the live one.
      expect(refusal.output).toContain('- surplus_row: 2 rows of raw_webhooks, such as ')
      expect(refusal.output).toContain('--accept-missing 1 --accept surplus_row ')
      expect(await swap('--accept-missing', '1')).toMatchObject({ code: 1 })
      expect(await swap('--accept-missing', '1', '--accept', 'surplus_row')).toMatchObject({
        code: 0,
        output: expect.stringContaining(named),
      })

      // What was gone from generation 1 is there again.
      expect((await reconcile()).differences).toMatchObject([
        { kind: 'missing_event', partition: lost.partition, offsets: String(lost.offset) },
      ])
      const expected = expectTimelines(facts)
      const stored = await readStoredTimelines(clickhouse, 'wa_g2')
      expect(compareTimelines(expected, stored)).toEqual({
        expected: expected.size,
        stored: expected.size,
        missing: [],
        surplus: [],
        differing: [],
      })
    },
    STEP_TIMEOUT_MS,
  )
})
