// Goal: each clock runs where it has its settings, and none needs another, nor ClickHouse. Method:
// the process itself, with an address of ClickHouse at which nobody answers.
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually, type ServiceProcess, startServiceProcess } from '@wabastream/testing'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const NOWHERE = 'http://127.0.0.1:9'
const START_TIMEOUT_MS = 60_000

let directory: string
let running: ServiceProcess | undefined

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'watch-'))
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  await rm(directory, { recursive: true })
})

async function start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const logFile = join(directory, 'log')
  running = await startServiceProcess({
    service: 'watch',
    logFile,
    env: { CLICKHOUSE_URL: NOWHERE, DETECTIONS_INTERVAL_MS: '1000', ...env },
  })
  return running
}

async function shows(process: ServiceProcess, line: RegExp): Promise<void> {
  await eventually(`metrics show ${String(line)}`, async () => line.test(await process.metrics()))
}

describe('the process', () => {
  it(
    'needs no canary, and goes on while ClickHouse is away',
    async () => {
      await writeFile(join(directory, 'key'), 'a-key-of-nobody', { mode: 0o600 })
      await writeFile(
        join(directory, 'numbers.yaml'),
        `numbers:
  - alias: desk
    provider: 360dialog
    id: '106'
    api: ${NOWHERE}
    credential: { file: key }
    webhook: { url: https://hooks.example.com/webhooks/desk }
`,
      )
      const process = await start({ NUMBERS_FILE: join(directory, 'numbers.yaml') })
      await shows(process, /wa_watch_number_state\{[^}]*number="desk",state="unreachable"[^}]*\} 1/)
      await shows(process, /wa_watch_detector_failures_total\{[^}]*detector="stuck"[^}]*\} [2-9]/)
      expect(await process.metrics()).not.toContain('wa_canary')
      expect(await process.stop()).toBe(0)
    },
    START_TIMEOUT_MS,
  )

  it(
    'needs no other clock than the canary',
    async () => {
      await writeFile(join(directory, 'secret'), 'sings in the mine')
      const process = await start({
        CANARY_URL: `${NOWHERE}/webhooks/canary`,
        CANARY_SECRET_FILE: join(directory, 'secret'),
        CANARY_INTERVAL_MS: '100',
        DETECTIONS: 'off',
      })
      await shows(process, /wa_canary_webhooks_total\{[^}]*outcome="unanswered"[^}]*\} [2-9]/)
      expect(await process.metrics()).not.toContain('wa_watch')
      expect(await process.stop()).toBe(0)
    },
    START_TIMEOUT_MS,
  )

  it('names every problem of its settings and of the file of numbers, and ends with 2', async () => {
    const file = join(directory, 'numbers.yaml')
    await writeFile(file, 'numbers: []\n')
    const env = { CLICKHOUSE_URL: NOWHERE, CANARY_URL: `${NOWHERE}/`, NUMBERS_FILE: file }
    const { status, stderr } = spawnSync(process.execPath, [MAIN], { env, encoding: 'utf8' })
    expect(status).toBe(2)
    expect(stderr).toContain('CANARY_SECRET_FILE: is needed with CANARY_URL')
    expect(stderr).toContain('numbers: ')
  })
})
