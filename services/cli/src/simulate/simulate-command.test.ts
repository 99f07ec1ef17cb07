// Goal: simulate says what became of what it sent, however it ends. Method: the command runs as a
// user runs it, against a webhook on this host that answers as it is told.
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { spawnGuarded } from '@wabastream/local-stack'
import { answerWith, eventually, type Receiver, startReceiver } from '@wabastream/testing'
import { type SimulationReport } from './simulation-report.ts'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const SECRET = 'a-secret-of-the-test'

let receiver: Receiver
let directory: string

beforeEach(async () => {
  receiver = await startReceiver()
  directory = await mkdtemp(join(tmpdir(), 'simulate-'))
  await writeFile(join(directory, 'secret'), `${SECRET}\n`)
})

afterEach(async () => {
  await receiver.close()
  await rm(directory, { recursive: true })
})

function start(args: readonly string[]): {
  readonly ended: Promise<{ code: number | null; out: string; err: string }>
  /** Notes so far. */
  said(): string
  interrupt(): void
} {
  const child = spawnGuarded(
    process.execPath,
    [mainPath, 'simulate', '--data', directory, ...args],
    {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        NO_COLOR: '1',
      },
    },
  )
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text))
  child.stdin.end()
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    ended: ended.then((code) => ({ code, ...texts })),
    said: () => texts.err,
    interrupt: () => void child.kill('SIGINT'),
  }
}

const toReceiver = (): readonly string[] => [
  '--webhook',
  receiver.url,
  '--secret-file',
  join(directory, 'secret'),
]

function urlOf(running: ReturnType<typeof start>): Promise<string> {
  const find = () => /APIs are at (?<url>\S+)/.exec(running.said())?.groups?.['url']
  return eventually('the address', find)
}

function reportOf(out: string): SimulationReport {
  return JSON.parse(out) as SimulationReport
}

const manyMessages = ['--profile', 'busy', '--messages', '40', '--time-factor', '20000']

describe('wabastream simulate', () => {
  it('signs everything, and counts what was acknowledged as the webhook does', async () => {
    const { code, err, out } = await start([...toReceiver(), ...manyMessages, '--json']).ended
    expect({ code, err }).toMatchObject({ code: 0, err: '' })
    const report = reportOf(out)
    expect(report).toMatchObject({ messages: 40, statuses: { 200: receiver.received.length } })
    expect(report.webhooks).toEqual({
      offered: receiver.received.length,
      acknowledged: receiver.received.length,
      retries: 0,
      overflowed: 0,
      expired: 0,
      left: 0,
    })
    for (const { body, headers } of receiver.received) {
      const digest = createHmac('sha256', SECRET).update(body).digest('hex')
      expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    }
    expect(out).not.toContain(SECRET)
  })

  it('sends every kind of trouble with --chaos, and all of it is acknowledged', async () => {
    const { code, out } = await start([...toReceiver(), ...manyMessages, '--chaos', '--json']).ended
    const report = reportOf(out)
    expect({ code, left: report.webhooks.left }).toEqual({ code: 0, left: 0 })
    expect(report.webhooks.acknowledged).toBe(receiver.received.length)
    expect(Math.max(...receiver.received.map(({ body }) => body.length))).toBeGreaterThan(2_500_000)
  })

  it('names what did not fit while the webhook refused everything, and exits 1', async () => {
    receiver.behave(answerWith(503))
    const refused = [...manyMessages, '--queue', '10', '--drain', '1']
    const { code, out } = await start([...toReceiver(), ...refused, '--json']).ended
    const { numbers, webhooks } = reportOf(out)
    expect(code).toBe(1)
    expect(webhooks).toMatchObject({ acknowledged: 0, expired: 0 })
    expect(webhooks.left + webhooks.overflowed).toBe(webhooks.offered)
    expect(webhooks.overflowed).toBeGreaterThan(0)
    const lost = numbers.flatMap(({ lostUpdates }) => lostUpdates)
    expect(lost.length).toBeGreaterThanOrEqual(webhooks.overflowed)
  })

  it('reports what it has sent when it is interrupted', async () => {
    const running = start([...toReceiver(), '--profile', 'busy', '--for', '600'])
    await eventually('webhooks', () => receiver.received.length > 20)
    running.interrupt()
    const { out } = await running.ended
    expect(out).toMatch(/messages, events and calls in/)
    expect(out).toMatch(/within what providers ask for: a median of at most 250 ms/)
  })

  it('serves the APIs until it is interrupted, with a key that only its file has', async () => {
    const numbers = ['--provider', '360dialog', '--number', '1234567', '--number', '7654321']
    const running = start(['--serve', '0', ...numbers])
    const url = await urlOf(running)
    const key = (await readFile(join(directory, 'simulator-key'), 'utf8')).trim()
    const ask = async (path: string, headers: Record<string, string>, method = 'GET') =>
      (await fetch(`${url}${path}`, { method, headers })).status
    const webhook = '/v1/configs/webhook'
    const keys = '/api/v2/partners/simulatedPA/channels/1234567/api_keys'
    expect([
      await ask(webhook, { 'd360-api-key': key }),
      await ask(webhook, { 'd360-api-key': `${key}.7654321` }),
      await ask(keys, { 'x-api-key': key }, 'POST'),
      await ask(webhook, { 'd360-api-key': key }),
    ]).toEqual([200, 200, 201, 401])
    running.interrupt()
    const { err, out } = await running.ended
    expect(`${out}${err}`).not.toContain(key)
  })

  it('is beyond the limits where many webhooks are not answered at all', async () => {
    let asked = 0
    receiver.behave((response) => {
      asked += 1
      if (asked % 2 === 0) response.end()
    })
    const few = ['--messages', '10', '--profile', 'busy', '--time-factor', '20000']
    const { out } = await start([...toReceiver(), ...few, '--answer-timeout', '0.3', '--json'])
      .ended
    const { answers, statuses } = reportOf(out)
    expect(statuses['0']).toBeGreaterThan(0)
    expect(answers.isWithinLimits).toBe(false)
    expect(answers.slowShare).toBeGreaterThan(0.1)
  })

  it('takes the webhook with its token from a file', async () => {
    const file = join(directory, 'url')
    await writeFile(file, `${receiver.url}/path-token\n`)
    const few = ['--messages', '3', '--profile', 'busy', '--time-factor', '20000']
    const given = ['--webhook-file', file, '--provider', 'on-premises']
    const { code, err, out } = await start([...given, ...few]).ended
    expect(code).toBe(0)
    expect(receiver.received.length).toBeGreaterThan(0)
    expect(`${out}${err}`).not.toContain('path-token')
    await writeFile(file, 'path-token')
    const wrong = await start([...given, ...few]).ended
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('has no URL with http') })
    expect(wrong.err).not.toContain('path-token')
    const both = await start([...given, '--webhook', receiver.url]).ended
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('exclude each other') })
  })

  it('signs with its secret for a webhook that is set by the API', async () => {
    const secret = ['--secret-file', join(directory, 'secret')]
    const running = start(['--serve', '0', '--provider', '360dialog', '--number', '123', ...secret])
    const api = await urlOf(running)
    const key = (await readFile(join(directory, 'simulator-key'), 'utf8')).trim()
    const post = (path: string, body: object) =>
      fetch(`${api}${path}`, {
        method: 'POST',
        headers: { 'd360-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await post('/v1/configs/webhook', { url: receiver.url })).status).toBe(200)
    await post('/simulator/numbers/123/messages', {})
    const { body, headers } = await eventually('a webhook', () => receiver.received[0])
    const digest = createHmac('sha256', SECRET).update(body).digest('hex')
    expect(headers['x-360dialog-signature']).toBe(digest)
    running.interrupt()
    await running.ended
  })

  it('says what to do when nothing runs, and what is wrong with an option', async () => {
    const outcomes = await Promise.all(
      [[], ['--webhook', 'ftp://x'], ['--profile', 'huge'], ['--secret-file', 'x']].map(
        (args) => start(args).ended,
      ),
    )
    expect(outcomes.map(({ err }) => err.split('\n')[0])).toEqual([
      expect.stringContaining('There is no webhook: run `npm start'),
      expect.stringContaining('It must be a URL with http or https.'),
      expect.stringContaining('It must be one of 1000, quiet, shop, busy.'),
      expect.stringContaining('--secret-file needs --webhook, --webhook-file or --number.'),
    ])
    expect(outcomes.map(({ code }) => code)).toEqual([2, 1, 1, 2])
  })
})
