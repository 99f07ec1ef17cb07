import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from '@jest/globals'
import { createClickHouse } from '@wabastream/clickhouse'
import { databaseName, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { findFreePort, spawnGuarded } from '@wabastream/local-stack'
import { stackFromEnv } from '@wabastream/testing'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT_MS = 60_000
const PARTITIONS = 4

const stack = stackFromEnv()
const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'prepare-test' })
const clickhouse = createClickHouse({ url: stack.clickhouseUrl })
const generation = 2_000 + (process.pid % 7_000)

afterAll(async () => {
  await kafka.close()
  await clickhouse.close()
})

async function prepare(
  args: readonly string[] = [],
  changes: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly err: string }> {
  const child = spawnGuarded(process.execPath, [mainPath, 'prepare', ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NO_COLOR: '1',
      GENERATION: String(generation),
      KAFKA_BROKERS: stack.brokers.join(','),
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      CLICKHOUSE_URL: stack.clickhouseUrl,
      ...changes,
    },
  })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { code, err }
}

const DAY_MS = 86_400_000
const { events, raw } = topicNames(generation)

describe('wabastream prepare', () => {
  it(
    'makes topics and tables, and changes nothing the second time',
    async () => {
      // All generations share the raw topic, and another one may have had another number of
      // partitions.
      await kafka.admin.ensureTopics([
        { topic: raw, partitions: PARTITIONS - 1, isResizable: true },
      ])
      const settings = { PARTITIONS: String(PARTITIONS) }
      expect(await prepare([], settings)).toEqual({ code: 0, err: expect.any(String) })
      const counts = await kafka.admin.partitionCounts([events, raw])
      expect(counts.get(events)).toBe(PARTITIONS)
      expect(counts.get(raw)).not.toBe(PARTITIONS)
      const [row] = await clickhouse.query<{ readonly tables: number }>(
        'SELECT toUInt32(count()) AS tables FROM system.tables WHERE database = {name:String}',
        { name: databaseName(generation) },
      )
      expect(row?.tables).toBeGreaterThan(5)
      expect(await prepare([], settings)).toMatchObject({ code: 0 })
    },
    TIMEOUT_MS,
  )

  it(
    'gives up at once where topics have another number of partitions',
    async () => {
      const { code, err } = await prepare([], { PARTITIONS: '17' })
      expect(code).toBe(1)
      expect(err).toContain(`${events} has ${PARTITIONS} partitions instead of 17`)
      expect(err).toContain('set PARTITIONS to what is there')
      expect(err).not.toContain(raw)
    },
    TIMEOUT_MS,
  )

  it(
    'lets the raw topic keep webhooks for as long as the tables keep rows, never less',
    async () => {
      for (const days of ['500', '5']) {
        expect(
          await prepare([], { PARTITIONS: String(PARTITIONS), RETENTION_DAYS: days }),
        ).toMatchObject({ code: 0 })
        const [state] = await kafka.admin.topicStates([raw])
        expect(Number(state?.config.get('retention.ms'))).toBeGreaterThanOrEqual(500 * DAY_MS)
      }
    },
    TIMEOUT_MS,
  )

  it(
    'gives numbers their time zones, leaves them when none are named, and refuses unknown ones',
    async () => {
      const zones = () =>
        clickhouse.query(`SELECT number, time_zone FROM wa.number_time_zones FINAL
          WHERE number = 'of-prepare' AND time_zone != ''`)
      const set = (text: string) => prepare(['--no-topics'], { NUMBER_TIME_ZONES: text })
      const right = [{ number: 'of-prepare', time_zone: 'America/Sao_Paulo' }]
      expect(await set('of-prepare=America/Sao_Paulo')).toMatchObject({ code: 0 })
      expect(await zones()).toEqual(right)
      expect(await prepare(['--no-topics'])).toMatchObject({ code: 0 })
      expect(await zones()).toEqual(right)
      // The command knows this name; ClickHouse tells capitals and small letters apart.
      const { code, err } = await set('of-prepare=america/sao_paulo')
      expect(code).toBe(1)
      expect(err).toContain('knows no time zone america/sao_paulo: set NUMBER_TIME_ZONES to names')
      expect(await zones()).toEqual(right)
      expect(await set('*=UTC')).toMatchObject({ code: 0 })
      expect(await zones()).toEqual([])
    },
    2 * TIMEOUT_MS,
  )

  it(
    'leaves topics alone when asked to',
    async () => {
      const other = { GENERATION: String(generation + 1), KAFKA_BROKERS: '127.0.0.1:1' }
      expect(await prepare(['--no-topics'], other)).toMatchObject({ code: 0 })
    },
    TIMEOUT_MS,
  )

  it(
    'says what is away when the time is up',
    async () => {
      const port = await findFreePort()
      const changes = { SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}/apis/ccompat/v7` }
      const { code } = await prepare(['--no-topics', '--timeout', '0'], changes)
      expect(code).toBe(1)
    },
    TIMEOUT_MS,
  )
})
