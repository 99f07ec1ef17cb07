import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { spawnGuarded } from './guarded-spawn.ts'

const ownerPath = fileURLToPath(new URL('./guarded-owner.fixture.ts', import.meta.url))
const END_MS = 10_000

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Whether the process, or group of a negative pid, is gone in time. */
async function ends(pid: number): Promise<boolean> {
  const deadline = Date.now() + END_MS
  while (isRunning(pid) && Date.now() < deadline) await delay(20)
  return !isRunning(pid)
}

async function startOwner(...command: readonly string[]) {
  const owner = spawnGuarded(process.execPath, [ownerPath, ...command], {
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
  return { owner, pid: Number(line) }
}

describe('a guarded process', () => {
  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends when its owner is ended with %s, and leaves nothing behind',
    async (signal) => {
      const { owner, pid } = await startOwner('/bin/sh', '-c', 'sleep 600; exit')
      expect(isRunning(pid)).toBe(true)
      owner.kill(signal)
      expect(await ends(-pid)).toBe(true)
    },
  )

  it('ends with its owner also while it is frozen', async () => {
    const { owner, pid } = await startOwner('/bin/sh', '-c', 'sleep 600; exit')
    process.kill(pid, 'SIGSTOP')
    owner.kill('SIGKILL')
    expect(await ends(-pid)).toBe(true)
  })

  it('is the command itself, with its streams, signals and exit code', async () => {
    const script =
      'read -r line; echo "$line $$"; trap "exit 7" INT; echo ready; while :; do :; done'
    const child = spawnGuarded('/bin/sh', ['-c', script], { env: {} })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('ready')) child.kill('SIGINT')
    })
    child.stdin.write('hello\n')
    await once(child, 'close')
    expect(output).toBe(`hello ${child.pid}\nready\n`)
    expect(child.exitCode).toBe(7)
    expect(await ends(-Number(child.pid))).toBe(true)
  })
})
