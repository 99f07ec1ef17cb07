// Goal: a user who stops a start gets the prompt back at once, and the next start works. Method:
// the program on free ports in one folder, interrupted in each phase, and then left alone.
import { type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually, spawnGuarded } from '@wabastream/testing'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT_MS = 180_000
/** Draining a part of the stack, or waiting for it, takes 20 s and more. */
const END_MS = 8_000
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-interrupted-'))
})
afterAll(() => rm(folder, { recursive: true }))

interface Started {
  readonly child: ChildProcess
  readonly output: () => string
}

function start(): Started {
  const child = spawnGuarded(
    process.execPath,
    [mainPath, 'start', '--free-ports', '--data', join(folder, 'data')],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOME: process.env['HOME'],
        NO_COLOR: '1',
      },
    },
  )
  let text = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return { child, output: () => text }
}

function untilPrinted({ child, output }: Started, words: RegExp): Promise<unknown> {
  return eventually(
    `it prints ${String(words)}`,
    () => {
      if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output()}`)
      return words.test(output())
    },
    TIMEOUT_MS,
  )
}

describe('wabastream start', () => {
  it.each([
    ['Kafka formats its folder', /starting Kafka/],
    ['a part is up', /is up/],
    [
      'topics and tables are made',
      /ClickHouse on .* is up[^]*schema registry on .* is up|schema registry on .* is up[^]*ClickHouse on .* is up/,
    ],
    ['services start', /(topics|schemas registered) /],
  ])(
    'ends at once when it is stopped while %s',
    async (_name, words) => {
      const run = start()
      await untilPrinted(run, words)
      run.child.kill('SIGINT')
      await eventually('it ends', () => run.child.exitCode !== null, END_MS)
      expect([run.child.exitCode, run.output()]).toEqual([
        0,
        expect.not.stringMatching(/^ {4}at /m),
      ])
    },
    TIMEOUT_MS,
  )

  it(
    'starts on what was left, also with damaged notes of its own',
    async () => {
      await writeFile(join(folder, 'data', 'stack.json'), '{"owner":')
      await writeFile(join(folder, 'data', 'addresses.json'), '{"kafkaBrokers"')
      const run = start()
      await untilPrinted(run, /ready after/)
      run.child.kill('SIGINT')
      await eventually('it ends', () => run.child.exitCode !== null, 60_000)
      expect(run.child.exitCode).toBe(0)
    },
    TIMEOUT_MS,
  )
})
