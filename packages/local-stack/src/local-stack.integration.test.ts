import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from '@jest/globals'
import { findFreePort, type LocalStack, spawnGuarded, startLocalStack } from './index.ts'

const START_TIMEOUT_MS = 120_000
const ownerPath = fileURLToPath(new URL('./stack-owner.fixture.ts', import.meta.url))
const dataDirectory = mkdtempSync(join(tmpdir(), 'wabastream-stack-'))

afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

async function start(): Promise<LocalStack> {
  return startLocalStack({ dataDirectory, ports: findFreePort, onProgress: () => undefined })
}

function startOwner(): ChildProcess {
  return spawnGuarded(process.execPath, [ownerPath, dataDirectory], {
    env: { ...process.env, NODE_OPTIONS: '' },
  })
}

function partPids(): number[] {
  const { parts }: { parts: number[] } = JSON.parse(
    readFileSync(`${dataDirectory}/stack.json`, 'utf8'),
  )
  return parts
}

async function untilGone(pids: readonly number[]): Promise<void> {
  const deadline = Date.now() + 30_000
  while (pids.some(isRunning)) {
    if (Date.now() > deadline) throw new Error('the parts outlived their owner')
    await delay(100)
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function registerSchema(stack: LocalStack, subject: string): Promise<unknown> {
  const response = await fetch(`${stack.schemaRegistryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({
      schema: JSON.stringify({ type: 'enum', name: subject, symbols: ['A'] }),
    }),
  })
  return response.json()
}

async function ask(stack: LocalStack, sql: string): Promise<string> {
  const response = await fetch(stack.clickhouseUrl, { method: 'POST', body: sql })
  return response.text()
}

describe('local stack', () => {
  it(
    'keeps its data and the ids of schemas over a stop and a start on other ports',
    async () => {
      const first = await start()
      const ids = [await registerSchema(first, 'one'), await registerSchema(first, 'two')]
      await ask(first, 'CREATE TABLE kept ENGINE = MergeTree ORDER BY n AS SELECT 42 AS n')
      const pids = partPids()
      await first.stop()
      expect(pids.filter(isRunning)).toEqual([])

      const second = await start()
      try {
        expect([await registerSchema(second, 'one'), await registerSchema(second, 'two')]).toEqual(
          ids,
        )
        expect(await ask(second, 'SELECT n FROM kept')).toBe('42\n')
        await expect(start()).rejects.toThrow(/another stack \(process \d+\)/)
      } finally {
        await second.stop()
      }
    },
    2 * START_TIMEOUT_MS,
  )

  it(
    'ends with its owner, even one that is killed, and starts again in the same folder',
    async () => {
      const owner = startOwner()
      if (owner.stdout) await once(owner.stdout, 'data')
      const pids = partPids()
      owner.kill('SIGKILL')
      const next = await start()
      expect(await ask(next, 'SELECT n FROM kept')).toBe('42\n')
      await untilGone(pids)
      await next.stop()
    },
    2 * START_TIMEOUT_MS,
  )
})
