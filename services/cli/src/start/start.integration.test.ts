// Goal: what a user does first works twice. Method: run the program on free ports in a separate
// folder, stop it as Ctrl-C does, and start it again on what it left.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually, type Receiver, spawnGuarded, startReceiver } from '@wabastream/testing'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT_MS = 180_000

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-twice-'))
  await mkdir(join(folder, 'bodies'))
  const body = JSON.stringify({
    statuses: [{ id: 'gBGG1', status: 'read', timestamp: '1767225600', recipient_id: '1' }],
  })
  const large = JSON.stringify({ statuses: [], padding: 'x'.repeat(3 * 1_048_576) })
  await writeFile(join(folder, 'bodies', 'good.json'), body)
  await writeFile(join(folder, 'bodies', 'large.json'), large)
  await writeFile(join(folder, 'bodies', 'junk.bin'), 'no json')
})

afterAll(() => rm(folder, { recursive: true }))

function run(args: readonly string[]) {
  const child = spawnGuarded(
    process.execPath,
    [mainPath, ...args, '--data', join(folder, 'data')],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        HOME: process.env['HOME'],
        NO_COLOR: '1',
        CANARY_INTERVAL_MS: '500',
      },
    },
  )
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code))
  })
  return { child, output, ended }
}

async function ask(args: readonly string[]): Promise<string> {
  const { output, ended } = run(args)
  await ended
  return output.out
}

/** Starts it, waits for the JSON of the demo or input, uses what runs, and stops it. */
async function startAndStop(
  args: readonly string[],
  use: (result: Record<string, unknown>) => Promise<void>,
): Promise<{ readonly code: number | null; readonly printed: string }> {
  const { child, output, ended } = run(['start', '--free-ports', '--json', ...args])
  try {
    const line = await eventually(
      'the result is printed',
      () => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output.err}`)
        return output.out.includes('\n') && output.out
      },
      TIMEOUT_MS,
    )
    await use(JSON.parse(line))
  } finally {
    child.kill('SIGINT')
  }
  const code = await ended
  return { code, printed: output.err }
}

async function readSchemaId(): Promise<unknown> {
  const text = await readFile(join(folder, 'data', 'addresses.json'), 'utf8')
  const { schemaRegistryUrl }: { readonly schemaRegistryUrl: string } = JSON.parse(text)
  const subject = 'subjects/wabastream.MessageTimeline/versions/latest'
  const response = await fetch(`${schemaRegistryUrl}/${subject}`)
  const { id }: { readonly id: number } = JSON.parse(await response.text())
  return id
}

describe('wabastream start', () => {
  let schemaId: unknown
  let messageId = ''
  let receiver: Receiver

  beforeAll(async () => {
    receiver = await startReceiver()
  })
  afterAll(() => receiver.close())

  it(
    'shows a demo whose message can be traced, and ends cleanly',
    async () => {
      let stored: unknown
      const args = ['--demo', '--count', '600', '--canary', '--forward', receiver.url]
      const { code, printed } = await startAndStop(args, async (result) => {
        stored = result['stored']
        expect(result).toMatchObject({
          funnel: { messages: expect.any(Number) },
          stored: { resent: 0 },
          trace: { timelines: [expect.objectContaining({ participant: '' })] },
        })
        messageId = String(result['messageId'])
        schemaId = await readSchemaId()
        expect(await ask(['trace', messageId])).toContain(`Message ${messageId}`)
        expect(await ask(['doctor'])).toContain('nothing is broken')
        await eventually('all webhooks are handed on', async () => {
          const said = await ask(['forward', 'status'])
          return /acknowledged (\S.*) of \1, left out \d+, oldest pending 0 s/.test(said)
        })
        const proof = await ask(['forward', 'status', '--message', messageId])
        expect(proof).toMatch(/try-1(.*)acknowledged/)
        expect(await ask(['reconcile'])).toMatch(/│ try-1 .* 0 +│/)
      })
      expect(code).toBe(0)
      // It does not include what the canary sent meanwhile.
      const acked = Number(/(\S.*) of .* webhooks acked/.exec(printed)?.[1]?.replaceAll(/\D/g, ''))
      expect(acked).toBeGreaterThanOrEqual(600)
      expect(stored).toMatchObject({ webhooks: acked })
      expect(printed).toMatch(/\/metrics {3}watch\n/)
      expect(printed).toMatch(/watch stopped(.|\n)*ingestor stopped(.|\n)*forwarder stopped/)
      const handedOn = new Set(receiver.received.map(({ receiptId }) => receiptId))
      expect(handedOn.size).toBe(acked)
    },
    TIMEOUT_MS,
  )

  it(
    'finds its data and schema ids again, and says what became of each body',
    async () => {
      const input = ['--input', join(folder, 'bodies'), '--keep-running']
      const { code } = await startAndStop(input, async (report) => {
        expect(report).toMatchObject({
          bodies: 3,
          acked: 2,
          refused: 1,
          decoded: 1,
          undecodable: 1,
          stored: 2,
          lost: 0,
          events: 1,
          storedEvents: 1,
          deadLetterReasons: { not_json: 1 },
        })
        expect(await readSchemaId()).toBe(schemaId)
        expect(await ask(['trace', messageId])).toContain(`Message ${messageId}`)
        const letters = (await ask(['dead-letters', 'list', '--json'])).trim().split('\n')
        const [letter]: { readonly id: string }[] = letters.map((line) => JSON.parse(line))
        expect(await ask(['dead-letters', 'show', String(letter?.id)])).toContain('no json')
      })
      expect(code).toBe(0)
    },
    TIMEOUT_MS,
  )
})
