import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { runMaven } from './java-downloads.ts'

const DEADLINE_MS = 20_000
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maven-'))
  await writeFile(join(folder, 'mvn'), '#!/bin/sh\necho $$ > "$1"\nexec sleep 60\n', {
    mode: 0o755,
  })
})

afterAll(() => rm(folder, { recursive: true }))

it(
  'ends Maven when nobody waits for it anymore',
  async () => {
    const stopping = new AbortController()
    const pidFile = join(folder, 'pid')
    const fetching = runMaven([pidFile], stopping.signal, join(folder, 'mvn'))
    fetching.catch(() => undefined)
    const pid = await readPid(pidFile)
    stopping.abort(new Error('stopped'))
    await expect(fetching).rejects.toThrow('stopped')
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  },
  2 * DEADLINE_MS,
)

async function readPid(file: string): Promise<number> {
  const deadline = performance.now() + DEADLINE_MS
  while (performance.now() < deadline) {
    const pid = Number(await readFile(file, 'utf8').catch(() => ''))
    if (pid > 0) return pid
    await delay(20)
  }
  throw new Error('it did not start')
}
