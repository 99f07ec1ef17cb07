import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'

const mainPath = fileURLToPath(new URL('./main.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the program as a user does, without any address in the environment. */
function run(args: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(process.execPath, [mainPath, ...args], {
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { out += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { err += text })
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

const body = JSON.stringify({ statuses: [{ id: 's1', status: 'read', timestamp: '1768464001' }] })

describe('wabastream', () => {
  it.each([
    [[]], [['start']], [['stack']], [['trace']], [['decode']],
    [['dead-letters']], [['dead-letters', 'list']], [['dead-letters', 'show']],
  ])('tells how %j is used', async (command) => {
    const { code, out } = await run([...command, '--help'])
    expect(code).toBe(0)
    expect(out).toContain('Usage: wabastream')
  })

  it('decodes standard input to one JSON line for each body', async () => {
    const { code, out } = await run(['decode', '--json', '-'], `${body}\n${body}\n`)
    expect(code).toBe(0)
    const lines = out.trimEnd().split('\n').map((line): unknown => JSON.parse(line))
    expect(lines).toEqual([1, 2].map((line) => ({
      file: `-:${line}`, verdict: 'decoded', messages: [], statuses: ['s1:read:1768464001'],
      errors: 0, otherFields: [], deadLetters: [],
    })))
  })

  it('names a path that does not exist and exits 2', async () => {
    const { code, err } = await run(['decode', 'no-such-file.json'])
    expect({ code, err }).toEqual({
      code: 2, err: 'no-such-file.json cannot be read: no such file or folder\n',
    })
  })

  it('says what to do when there is no ClickHouse to ask', async () => {
    const data = await mkdtemp(join(tmpdir(), 'cli-main-'))
    const { code, err } = await run(['trace', 'wamid.A', '--data', data])
    await rm(data, { recursive: true })
    expect(code).toBe(1)
    expect(err).toContain('npm start')
  })

  it('refuses an id of a dead letter that is none', async () => {
    const { code, err } = await run(['dead-letters', 'show', 'nonsense'])
    expect(code).toBe(2)
    expect(err).toContain('3-17')
  })
})
