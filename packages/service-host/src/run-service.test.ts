import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const FIXTURE = fileURLToPath(new URL('run-service.fixture.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly output: string
}

async function run(options: {
  readonly behaviour: string
  /** Node, unless it is given. */
  readonly program?: string
  readonly args?: readonly string[]
  readonly whenStarted?: (child: ChildProcess) => void
}): Promise<Outcome> {
  const child = spawn(options.program ?? process.execPath, [FIXTURE, ...(options.args ?? [])], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ADMIN_PORT: '0',
      ADMIN_HOST: '127.0.0.1',
      SHUTDOWN_TIMEOUT_MS: '500',
      BEHAVIOUR: options.behaviour,
    },
  })
  let output = ''
  const collect = (chunk: Buffer): void => {
    const started = output.includes('"message":"started"')
    output += chunk.toString()
    if (!started && output.includes('"message":"started"')) options.whenStarted?.(child)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  await once(child, 'close')
  return { code: child.exitCode, output }
}

const terminate = (child: ChildProcess): void => {
  child.kill('SIGTERM')
}

describe('runService', () => {
  it('stops the service on SIGTERM and exits 0', async () => {
    const { code, output } = await run({ behaviour: 'fine', whenStarted: terminate })
    expect(code).toBe(0)
    expect(output).toContain('fixture stops')
  })

  it('has a metric that says it is not ready while it starts', async () => {
    const { output } = await run({ behaviour: 'start-fails' })
    expect(output).toMatch(/"ready":\[0\].*"message":"fixture starts"/)
  })

  it('exits 1 when the stop takes longer than allowed', async () => {
    const { code, output } = await run({ behaviour: 'never-stops', whenStarted: terminate })
    expect(code).toBe(1)
    expect(output).toContain('not stopped within the time allowed')
  })

  it('exits as it should while a thread of the pool is blocked', async () => {
    const { code, output } = await run({ behaviour: 'blocks-a-thread', whenStarted: terminate })
    expect([code, output]).toEqual([0, expect.stringContaining('"message":"stopped"')])
  })

  it('exits as it should where its program was replaced by an update meanwhile', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'program-'))
    const program = join(directory, 'node')
    await copyFile(process.execPath, program)
    const { code, output } = await run({
      behaviour: 'blocks-a-thread',
      program,
      whenStarted(child) {
        rmSync(program)
        child.kill('SIGTERM')
        // The pipe that its thread reads is closed: the usual way ends it.
        setTimeout(() => child.stdin?.end(), 400)
      },
    })
    await rm(directory, { recursive: true })
    expect([code, output]).toEqual([0, expect.stringContaining('"message":"stopped"')])
  })

  it('logs a failed start and exits 1', async () => {
    const { code, output } = await run({ behaviour: 'start-fails' })
    expect(code).toBe(1)
    expect(output).toContain('no start today')
  })

  it('logs an unhandled rejection and exits 1', async () => {
    const { code, output } = await run({ behaviour: 'rejects' })
    expect(code).toBe(1)
    expect(output).toContain('nobody listens')
  })

  it('prints the problems of the configuration and exits 2', async () => {
    const { code, output } = await run({ behaviour: '' })
    expect(code).toBe(2)
    expect(output).toBe('The configuration of fixture cannot be used:\n  - BEHAVIOUR is missing\n')
  })

  it('prints the variables for --help and exits 0', async () => {
    const { code, output } = await run({ behaviour: 'fine', args: ['--help'] })
    expect(code).toBe(0)
    expect(output).toContain('SHUTDOWN_TIMEOUT_MS')
  })
})
