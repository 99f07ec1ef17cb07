// Goal: what the Dockerfile makes starts, without the right to write, and is small.
// Method: its steps are taken in folders, and services are started from the result by another user.
import { execFile, spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { programs } from '@wabastream/contracts'
import { findFreePort, spawnGuarded } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'
import { pathOf, readText } from '../tools/repository.ts'
import { runOrThrow } from '../tools/run-command.ts'
import { buildInFolder } from './build-in-folder.ts'
import { parseDockerfile } from './dockerfile.ts'
import { sizeOf } from './size-of.ts'

const SERVICES = programs.map(({ service }) => service)
const SIZE_BYTES_MAX = 120_000_000
const BUILD_TIMEOUT_MS = 240_000

const stages = parseDockerfile(readText('deploy/docker/Dockerfile'))
const image = stages.at(-1)
let directory = ''
let app = ''
let scratch = ''

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wabastream-image-'))
  await chmod(directory, 0o755)
  const context = { directory: pathOf('.'), ignoreText: readText('.dockerignore') }
  app = join(await buildInFolder({ stages, context, directory }), 'app')
  scratch = join(directory, 'scratch')
  await mkdir(scratch)
  await chmod(scratch, 0o777)
}, BUILD_TIMEOUT_MS)

afterAll(() => rm(directory, { recursive: true, force: true }))

/** Starts it as the engine would: the entry point, the user, the environment, a read-only root. */
function start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const isRoot = process.getuid?.() === 0
  const [user = 0, group = 0] = (image?.user ?? '').split(':').map(Number)
  const [program = '', ...entry] = (image?.entrypoint ?? []).map((word) =>
    word.replace(/^\/app/, app),
  )
  return spawnGuarded(program === 'node' ? process.execPath : program, [...entry, ...args], {
    cwd: app,
    env: {
      PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
      ...image?.environment,
      STATE_DIR: scratch,
      ...environment,
    },
    ...(isRoot ? { uid: user, gid: group } : {}),
  })
}

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = start(args, environment)
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, output }
}

describe('the image', () => {
  it('runs as a number that is not root', () => {
    expect(image?.user).toMatch(/^[1-9]\d*:[1-9]\d*$/)
  })

  it.each(SERVICES)('runs %s by its name', async (service) => {
    const { code, output } = await run([service, '--help'])
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining(`wabastream ${service} is configured by`),
    })
  })

  it.each([['--help'], ['prepare', '--help']])('gives %j to the command line', async (...args) => {
    const { code, output } = await run(args)
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('Usage: wabastream'),
    })
  })

  it('has the command line on its path, as the pages say', async () => {
    const path = [join(app, '../usr/local/bin'), dirname(process.execPath), '/usr/bin', '/bin']
    const { stdout } = await promisify(execFile)('wabastream', ['doctor', '--help'], {
      env: { PATH: path.join(delimiter) },
    })
    expect(stdout).toContain('Usage: wabastream doctor')
  })

  it('says what is missing in the configuration and exits 2', async () => {
    const { code, output } = await run(['decoder'])
    expect(code).toBe(2)
    expect(output).toContain('KAFKA_BROKERS is missing')
  })

  it('holds the native store, which loads although install scripts were off', async () => {
    const script = join(app, 'packages/state-store/open-store.mjs')
    await writeFile(
      script,
      `
      import { open } from 'lmdb'
      const store = open({ path: ${JSON.stringify(join(scratch, 'store'))} })
      await store.put('key', 'value')
      process.stdout.write(store.get('key'))
      await store.close()`,
    )
    const { code, output } = await run(['--help'], { NODE_OPTIONS: `--import=${script}` })
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^value/) })
    await rm(script)
  })

  it('serves health without Kafka and without writing to its root, and stops when asked', async () => {
    const channels = await makeComposeChannels()
    const adminPort = await findFreePort()
    const before = listFiles()
    const environment = {
      ADMIN_PORT: String(adminPort),
      PORT: String(await findFreePort()),
      KAFKA_BROKERS: `127.0.0.1:${await findFreePort()}`,
      CHANNELS_FILE: channels,
    }
    const service = start(['ingestor'], environment)
    const ended = new Promise<number | null>((resolve) => {
      service.once('close', resolve)
    })
    try {
      await eventually('the ingestor is alive', async () => {
        const response = await fetch(`http://127.0.0.1:${adminPort}/livez`)
        return response.ok
      })
      expect(await checkHealth(adminPort)).toBe(0)
      expect(listFiles()).toEqual(before)
    } finally {
      service.kill('SIGTERM')
    }
    expect(await ended).toBe(0)
    expect(await checkHealth(adminPort)).toBe(1)
  })

  it('holds no tests, no other engine and no second Node, and is small', async () => {
    const files = listFiles()
    expect(files.filter((file) => file.endsWith('.test.ts'))).toEqual([])
    const packages = globSync(['node_modules/*', 'node_modules/@*/*'], { cwd: app })
    expect(packages).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/chdb|node-linux|typescript|jest|turbo/)]),
    )
    const size = await sizeOf(app)
    process.stdout.write(`image: ${Math.round(size / 1e6)} MB on top of ${stages.length} stages\n`)
    expect(size).toBeLessThan(SIZE_BYTES_MAX)
  })

  /** The channels and secrets of the installation on one host, in a folder of this test. */
  async function makeComposeChannels(): Promise<string> {
    await runOrThrow(process.execPath, [pathOf('deploy/compose/make-secrets.mjs'), scratch])
    const file = join(scratch, 'channels.yaml')
    const text = readText('deploy/compose/channels.yaml').replaceAll('/run/secrets', scratch)
    await writeFile(file, text)
    return file
  }

  async function checkHealth(adminPort: number): Promise<number | null> {
    const command = /CMD (\[.*\])/.exec(image?.healthcheck ?? '')?.[1] ?? '[]'
    const words: unknown = JSON.parse(command)
    if (!Array.isArray(words)) throw new Error('no health check')
    const [, script] = words.map((word) => String(word).replace(/^\/app/, app))
    const child = spawn(process.execPath, [script ?? ''], {
      env: { ADMIN_PORT: String(adminPort) },
      stdio: 'ignore',
    })
    return new Promise((resolve) => {
      child.once('close', resolve)
    })
  }

  function listFiles(): readonly string[] {
    return globSync('{*,packages/**/*,services/**/*}', { cwd: app })
      .filter((file) => !file.includes('node_modules'))
      .toSorted()
  }
})
