import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { spawnGuarded } from '@wabastream/local-stack'

const mainPath = fileURLToPath(new URL('./main.ts', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs the program as a user does, with no addresses in the environment but the given ones. */
function run(
  args: readonly string[],
  {
    env = {},
    input = '',
  }: {
    readonly env?: Readonly<Record<string, string>>
    readonly input?: string
  } = {},
): Promise<Outcome> {
  const child = spawnGuarded(process.execPath, [mainPath, ...args], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NO_COLOR: '1',
      ...env,
    },
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  child.stdin.end(input)
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, out, err }))
  })
}

const body = JSON.stringify({ statuses: [{ id: 's1', status: 'read', timestamp: '1768464001' }] })

describe('wabastream', () => {
  it('imports nothing by the channel of its own records', async () => {
    const args = ['import', '-', '--channel', 'wabastream-internal', '--received-at', 'from-body']
    const { code, err } = await run(args)
    expect(code).toBe(1)
    expect(err).toContain('reserved for what wabastream writes itself')
  })

  // That every command says so is in help.test.ts.
  it.each([[[]], [['dead-letters', 'show']]])('says how %j is used', async (command) => {
    const { code, out } = await run([...command, '--help'])
    expect(code).toBe(0)
    expect(out).toContain('Usage: wabastream')
  })

  it('decodes standard input to one JSON line for each body', async () => {
    const { code, out } = await run(['decode', '--json', '-'], { input: `${body}\n${body}\n` })
    expect(code).toBe(0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual(
      [1, 2].map((line) => ({
        file: `-:${line}`,
        verdict: 'decoded',
        messages: [],
        statuses: ['s1:read:1768464001'],
        errors: 0,
        otherFields: [],
        deadLetters: [],
      })),
    )
  })

  it('names a path that does not exist and exits 2', async () => {
    const { code, err } = await run(['decode', 'no-such-file.json'])
    expect({ code, err }).toEqual({
      code: 2,
      err: 'no-such-file.json cannot be read: no such file or folder\n',
    })
  })

  it('shows no password of any address, whatever fails', async () => {
    const secret = (path: string) => `http://ana:hunter2@127.0.0.1:1${path}`
    const variables = {
      KAFKA_BROKERS: '127.0.0.1:1',
      SCHEMA_REGISTRY_URL: secret('/apis'),
      CLICKHOUSE_URL: secret(''),
    }
    const doctor = [
      'doctor',
      '--webhooks',
      secret('/'),
      '--ingestor',
      secret('/'),
      '--admin',
      secret(''),
    ]
    const runs = [[...doctor, '--json'], ['trace', 'x'], ['reconcile']]
    const outcomes = await Promise.all(runs.map((args) => run(args, { env: variables })))
    for (const { code, err, out } of outcomes) {
      expect(code).toBe(1)
      expect(`${out}${err}`).toContain('127.0.0.1')
      expect(`${out}${err}`).not.toMatch(/hunter2|ana:/)
    }
  }, 120_000)

  it.each([
    [159, /it took longer than the server allows \(code 159\).* with --from and --to, or raise/],
    [241, /it needed more memory than the server allows \(code 241\)/],
    [307, /it would have read more bytes than the server allows \(code 307\)/],
  ])('says how to ask for less when the server stops a query by code %i', async (code, text) => {
    const server = createServer((request, response) => {
      const head = { 'x-clickhouse-exception-code': String(code) }
      request.resume().on('end', () => {
        response.writeHead(500, head).end(`Code: ${code}. DB::Exception: Too much. (TOO_MUCH)`)
      })
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const env = { CLICKHOUSE_URL: `http://127.0.0.1:${port}`, GENERATION: '1' }
    const outcome = await run(['trace', 'wamid.A'], { env })
    server.close()
    expect(outcome).toMatchObject({ code: 1, err: expect.stringMatching(text) })
    expect(outcome.err).not.toContain('    at ')
  })

  it('says what to do if there is no ClickHouse to ask', async () => {
    const data = await mkdtemp(join(tmpdir(), 'cli-main-'))
    const { code, err } = await run(['trace', 'wamid.A', '--data', data])
    await rm(data, { recursive: true })
    expect(code).toBe(1)
    expect(err).toContain('npm start')
  })

  it('refuses a malformed id of a dead letter', async () => {
    const { code, err } = await run(['dead-letters', 'show', 'nonsense'])
    expect(code).toBe(2)
    expect(err).toContain('3-17')
  })

  it('reports its version', async () => {
    const { code, out } = await run(['--version'])
    expect({ code, out: out.trim() }).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
  })

  it.each([
    ['every body is read', body, 0],
    ['an item is not', JSON.stringify({ statuses: [5] }), 1],
    ['a body is not', 'no json', 1],
  ])('exits decode by whether %s', async (_name, input, code) => {
    expect((await run(['decode', '-'], { input })).code).toBe(code)
  })

  it.each([[''], [' ']])('says what is missing in trace "%s"', async (id) => {
    const { code, err } = await run(['trace', id])
    expect(code).toBe(2)
    expect(err).toMatch(/^The message id is empty: .*\n$/)
  })

  it.each([['{'], ['{"kafkaBrokers":5}'], ['']])(
    'says which file is damaged when the addresses are %j',
    async (text) => {
      const data = await mkdtemp(join(tmpdir(), 'cli-main-'))
      await writeFile(join(data, 'addresses.json'), text)
      const { code, err } = await run(['trace', 'wamid.A', '--data', data])
      await rm(data, { recursive: true })
      expect(code).toBe(1)
      expect(err).toContain(`${join(data, 'addresses.json')} is damaged`)
      expect(err).not.toContain('    at ')
    },
  )

  it('names the folder in use in a command to paste', async () => {
    const { err } = await run(['trace', 'wamid.A', '--data', 'no such folder'])
    expect(err).toContain("`npm start -- --data 'no such folder'`")
  })

  it.each(['1', '20', 'x'])('survives a terminal of %s columns', async (columns) => {
    const { code, out } = await run(['decode', '-'], { env: { COLUMNS: columns }, input: body })
    expect([code, out]).toEqual([0, expect.stringContaining('s1:read')])
  })
})
