// Goal: a test that is killed leaves nothing running that would disturb a later one. Method: kill a
// process that has started everything, then look for processes that name its folder.
import { once } from 'node:events'
import { readdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { eventually, spawnGuarded } from '@wabastream/testing'

const TIMEOUT_MS = 240_000
/** Services drain, one after the other, then Kafka ends. */
const END_MS = 60_000
/** `start`, four services, Kafka, registry and ClickHouse. */
const PROCESSES = 8
const ownerPath = fileURLToPath(new URL('./wabastream-owner.fixture.ts', import.meta.url))

async function processesOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))
  const read = (pid: string, file: string): Promise<string> =>
    readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await read(pid, 'cmdline')
      return `${command}${await read(pid, 'environ')}`.includes(folder) ? command : []
    }),
  )
  return found.flat()
}

describe('a test that is killed', () => {
  it(
    'leaves no process of its wabastream behind',
    async () => {
      const owner = spawnGuarded(process.execPath, [ownerPath], {
        env: { ...process.env, NODE_OPTIONS: '' },
      })
      const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
      const folder = dirname(String(line).trim())
      expect((await processesOf(folder)).length).toBeGreaterThanOrEqual(PROCESSES)
      owner.kill('SIGKILL')
      await eventually(
        'nothing of it runs',
        async () => (await processesOf(folder)).length === 0,
        END_MS,
      )
      await rm(folder, { recursive: true, force: true })
    },
    TIMEOUT_MS,
  )
})
