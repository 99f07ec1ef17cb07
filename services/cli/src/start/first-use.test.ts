// Goal: a first start that cannot succeed says why, and one that the user gives up ends at once.
// Method: run the documented command with servers that are not there or never answer.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFreePort, spawnGuarded } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const TIMEOUT_MS = 90_000
let folder: string
let tools: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-first-'))
  tools = join(folder, 'tools')
  await mkdir(tools)
})

afterAll(() => rm(folder, { recursive: true }))

/** The path holds only Node and what the test puts there: no Java, no Maven. */
function start(env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const data = join(folder, 'data')
  const child = spawnGuarded(
    process.execPath,
    ['bin/wabastream.mjs', 'start', '--data', data, ...args],
    {
      cwd: root,
      env: { PATH: `${dirname(process.execPath)}:${tools}:/bin:/usr/bin`, NO_COLOR: '1', ...env },
    },
  )
  const output = { err: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
  })
  return { child, output, ended, data }
}

async function absentServers() {
  const [kafka, registry, clickhouse] = await Promise.all([
    findFreePort(),
    findFreePort(),
    findFreePort(),
  ])
  return {
    KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    SCHEMA_REGISTRY_URL: `http://127.0.0.1:${registry}/apis/ccompat/v7`,
    CLICKHOUSE_URL: `http://user:hidden@127.0.0.1:${clickhouse}`,
    PORT: String(await findFreePort()),
  }
}

/** Accepts connections, but never answers. */
async function startSilentServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}

describe('npm start with real servers', () => {
  it(
    'needs no Java, and names each server that refuses, and its setting',
    async () => {
      await writeFile(join(tools, 'java'), '#!/bin/sh\nexit 127\n', { mode: 0o755 })
      const servers = await absentServers()
      const { ended, output } = start(servers, ['--free-ports'])
      expect(await ended).toBe(1)
      const ports = Object.values(servers).map((value) => /127\.0\.0\.1:(\d+)/.exec(value)?.[1])
      expect(output.err).not.toMatch(/Java|Maven|hidden|^ {4}at /m)
      expect(output.err).toContain(`Kafka at 127.0.0.1:${ports[0]} (KAFKA_BROKERS) refused`)
      expect(output.err).toContain(
        `schema registry at 127.0.0.1:${ports[1]} (SCHEMA_REGISTRY_URL) refused`,
      )
      expect(output.err).toContain(`ClickHouse at 127.0.0.1:${ports[2]} (CLICKHOUSE_URL) refused`)
      expect(output.err).toContain('Does it run, and can it be reached from here?')
    },
    TIMEOUT_MS,
  )

  it(
    'checks the channel file before it asks any of them',
    async () => {
      const file = join(folder, 'channels.yaml')
      await writeFile(file, 'channels: [{ name: main, dialect: nonsense }]')
      const servers = { ...(await absentServers()), CHANNELS_FILE: file }
      const { ended, output } = start(servers, ['--free-ports'])
      expect(await ended).toBe(2)
      expect(output.err).toContain(`The channel file ${file}`)
      expect(output.err).not.toContain('refused')
    },
    TIMEOUT_MS,
  )
})

describe('npm start that is stopped during the start', () => {
  it(
    'asks servers that are silent no longer',
    async () => {
      const { port, server } = await startSilentServer()
      const url = `http://127.0.0.1:${port}`
      const { child, ended, output } = start(
        {
          KAFKA_BROKERS: `127.0.0.1:${port}`,
          SCHEMA_REGISTRY_URL: url,
          CLICKHOUSE_URL: url,
        },
        ['--free-ports'],
      )
      let connections = 0
      server.on('connection', () => {
        connections += 1
      })
      await eventually(
        'servers are asked',
        () => connections > 0 || (child.exitCode ?? false),
        60_000,
      )
      child.kill('SIGINT')
      try {
        expect(await endsWithin(ended, 'silent servers')).toBe(0)
        expect(output.err).toContain('stopping')
      } finally {
        child.kill('SIGKILL')
        server.close()
      }
    },
    TIMEOUT_MS,
  )
})

/** Far below the timeouts of the work under way, and far above what a slow machine needs. */
async function endsWithin(ended: Promise<number | null>, what: string): Promise<number | null> {
  let code: number | null | undefined
  void ended.then((value) => {
    code = value
  })
  await eventually(`the command ends in spite of ${what}`, () => code !== undefined, 8_000)
  return code ?? null
}
