// Goal: detectors look at what analysts see, and what they detected outlives a rebuild and a swap.
// Method: two generations on an engine of its own, and a watch whose setting names the other one.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type ClickHouse, createClickHouse, migrate, pointViews } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { createLogger } from '@wabastream/service-host'
import { eventually, findFreePort, startClickHouseEngine } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { startDetections } from './start-detections.ts'

const START_TIMEOUT_MS = 120_000
const TEST_TIMEOUT_MS = 60_000

let directory: string
let engine: Awaited<ReturnType<typeof startClickHouseEngine>>
let client: ClickHouse
const stop = new AbortController()
let running: Promise<void> | undefined

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watch-generations-'))
  const port = await findFreePort()
  engine = await startClickHouseEngine({ directory, port })
  client = createClickHouse({ url: `http://127.0.0.1:${port}` })
  for (const generation of [1, 2]) await migrate({ client, generation, retentionDays: 36_500 })
}, START_TIMEOUT_MS)

afterAll(async () => {
  stop.abort()
  await running
  await client?.close()
  await engine?.stop()
  await rm(directory, { recursive: true, force: true })
})

async function reportPaused(generation: number, template: string): Promise<void> {
  const columns = ['field', 'received_at', 'raw_offset', 'account_id', 'event', 'payload']
  const payload = JSON.stringify({
    message_template_name: template,
    message_template_language: 'en',
  })
  const row = ['message_template_status_update', Date.now() - 60_000, 1, 'waba', 'PAUSED', payload]
  const target = { database: databaseName(generation), table: 'account_events', columns }
  await client.insert(target, [Buffer.from(JSON.stringify(row))])
}

async function readSubjects(): Promise<readonly string[]> {
  const rows = await client.query<{ readonly subject: string }>(
    'SELECT subject FROM wa.detections ORDER BY subject',
  )
  return rows.map(({ subject }) => subject)
}

it(
  'follows a swap without a restart, and leaves what was detected before',
  async () => {
    await reportPaused(1, 'of the first')
    await reportPaused(2, 'of the second')
    const registry = new Registry()
    const logger = createLogger({ service: 'watch', level: 'fatal' })
    running = startDetections(
      { clickhouse: client, generation: 2, hasCanary: false, intervalMs: 100, logger, registry },
      stop.signal,
    )
    await eventually('it is detected', async () => (await readSubjects()).length > 0)
    expect(await readSubjects()).toEqual(['of the first, en, waba'])
    await pointViews({ client, generation: 2 })
    await eventually('the other one is', async () => (await readSubjects()).length > 1)
    expect(await readSubjects()).toEqual(['of the first, en, waba', 'of the second, en, waba'])
    const failures = await registry.getSingleMetricAsString('wa_watch_detector_failures_total')
    expect(failures).not.toMatch(/[1-9]$/m)
  },
  TEST_TIMEOUT_MS,
)
