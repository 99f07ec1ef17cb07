// Goal: what the command line says of destinations is true, and what it changes happens. Method: a
// forwarder in a process of its own, a real broker, and the program as a user runs it.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { FORWARDER_GROUPS, rawHeaders, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import {
  answerWith,
  eventually,
  type Receiver,
  type ServiceProcess,
  spawnGuarded,
  stackFromEnv,
  startReceiver,
  startServiceProcess,
} from '@wabastream/testing'
import { checkDestinations } from '../doctor/check-destinations.ts'
import { topicSpecs } from '../installation/topics.ts'

const mainPath = fileURLToPath(new URL('../main.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'forward-'))
const destinationsFile = join(folder, 'destinations.yaml')
const stack = stackFromEnv()
const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'forward-test' })
const producer = kafka.chainedProducer()
const { raw } = topicNames(1)
/** Other tests append to the same topic meanwhile. */
const channel = `forward-${process.pid}`
const env = {
  KAFKA_BROKERS: stack.brokers.join(','),
  SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
  DESTINATIONS_FILE: destinationsFile,
}
let receiver: Receiver
let forwarder: ServiceProcess | undefined
let names = 0

beforeAll(async () => {
  const specs = topicSpecs({ generation: 1, partitions: 2, retentionDays: 1, minInsyncReplicas: 0 })
  const shared = specs.filter(({ topic }) => !topic.endsWith('.g1'))
  await kafka.admin.ensureTopics(shared.map((spec) => ({ ...spec, isResizable: true })))
  receiver = await startReceiver()
})
afterEach(async () => {
  await forwarder?.stop()
  forwarder = undefined
  receiver.behave(answerWith(200))
})
afterAll(async () => {
  await receiver.close()
  await kafka.close()
})

/** A new destination in the file. */
function configure(more: object = {}): string {
  names += 1
  const name = `cli${process.pid}-${names}`
  const destination = { name, url: receiver.url, allow: ['loopback'], channels: [channel], ...more }
  writeFileSync(destinationsFile, JSON.stringify({ destinations: [destination] }))
  return name
}

async function startForwarder(): Promise<void> {
  const logFile = join(folder, 'forwarder.log')
  const settings = { ...env, COMMIT_INTERVAL_MS: '100' }
  forwarder = await startServiceProcess({ service: 'forwarder', logFile, env: settings })
}

async function append(count: number, body: unknown = { entry: [] }): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${channel}-${Date.now()}-${index}`)
  const headersOf = (id: string) => ({
    [rawHeaders.receiptId]: id,
    [rawHeaders.receivedAt]: String(Date.now()),
    [rawHeaders.channel]: channel,
  })
  const value = Buffer.from(JSON.stringify(body))
  await producer.send(
    { topic: raw, partition: 0 },
    ids.map((id) => ({ key: null, value, headers: headersOf(id) })),
  )
  return ids
}

async function forward(...args: readonly string[]) {
  const child = spawnGuarded(process.execPath, [mainPath, 'forward', ...args, '--data', folder], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NO_COLOR: '1',
      ...env,
    },
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve)
  })
  return { code, out: out.trim(), err }
}

async function statusOf(name: string) {
  const { out } = await forward('status', name, '--json')
  const status: { tally: Record<string, number>; state: string; difference: number } =
    JSON.parse(out)
  return status
}

const receipts = (): readonly string[] => receiver.received.map(({ receiptId }) => receiptId)
const countOf = (ids: readonly string[]): number =>
  receipts().filter((id) => ids.includes(id)).length

describe('wabastream forward', () => {
  it('says what was acknowledged, and begins where it is told to', async () => {
    const before = await append(3)
    const name = configure({ from: 'now' })
    expect((await forward('status')).out).toContain(`${name}  has not begun`)
    const begun = await forward('begin', name, '--from', 'beginning')
    expect(begun).toMatchObject({ code: 0, out: expect.stringContaining('wait for it') })
    await startForwarder()
    await eventually('all before it', () => countOf(before) === 3)
    await eventually('it is committed', async () => {
      return (await statusOf(name)).tally['acknowledged'] === 3
    })
    const { code, out } = await forward('status', name)
    expect([code, out]).toEqual([0, expect.stringMatching(/acknowledged \d+ of \d+/)])
    expect(await statusOf(name)).toMatchObject({ state: 'reading', difference: 0 })
    const found = await checkDestinations(kafka)
    expect(found.find(({ message }) => message.startsWith(name))).toMatchObject({ state: 'ok' })
    const again = await forward('begin', name, '--from', 'now', '--again')
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('A forwarder reads for')])
  }, 60_000)

  it('pauses and resumes a destination, and removes all of it', async () => {
    const name = configure()
    await startForwarder()
    expect((await forward('pause', name)).code).toBe(0)
    await eventually('it is obeyed', async () => {
      return /wa_forwarder_destination_paused\{[^}]*\} 1/.test((await forwarder?.metrics()) ?? '')
    })
    const ids = await append(2)
    expect(await statusOf(name)).toMatchObject({ state: 'paused' })
    const found = await checkDestinations(kafka)
    expect(found.find(({ message }) => message.startsWith(name))).toMatchObject({
      state: 'warning',
      fix: `wabastream forward resume ${name}`,
    })
    expect(countOf(ids)).toBe(0)
    expect((await forward('resume', name)).code).toBe(0)
    await eventually('they are sent', () => countOf(ids) === 2)
    expect((await forward('remove', name)).code).toBe(1)
    await forwarder?.stop()
    expect(await forward('remove', name)).toMatchObject({ code: 0 })
    expect(await kafka.admin.groupIds(`${FORWARDER_GROUPS}${name}`)).toEqual([])
    expect((await statusOf(name)).state).toBe('new')
  }, 60_000)

  it('sends a range again, narrowed to a message, and marks it', async () => {
    const name = configure()
    const other = await append(2)
    const wanted = await append(1, { entry: [{ id: 'wamid.A/B' }] })
    const range = ['--from', new Date(Date.now() - 600_000).toISOString().slice(0, 19) + 'Z']
    const narrowed = [...range, '--message', 'wamid.A/B']
    const dry = await forward('replay', name, ...narrowed, '--dry-run')
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining('would send 1 of')])
    const sent = await forward('replay', name, ...narrowed, '--json')
    expect(sent.code).toBe(0)
    expect(JSON.parse(sent.out)).toMatchObject({ isOver: true, acknowledged: 1, refused: 0 })
    expect([countOf(wanted), countOf(other)]).toEqual([1, 0])
    const [webhook] = receiver.received.slice(-1)
    expect(webhook?.headers['x-wabastream-replay']).toMatch(/^[0-9a-f]{8}$/)
    expect(await kafka.admin.groupIds(`${FORWARDER_GROUPS}${name}.`)).toEqual([])
  }, 60_000)

  it('goes on with a replay that was stopped, and names what was refused', async () => {
    const name = configure({ refusedAfter: 1 })
    const from = new Date(Date.now()).toISOString()
    const ids = await append(60)
    receiver.behave((response, webhook) =>
      answerWith(webhook.receiptId === ids[3] ? 400 : 200)(response, webhook),
    )
    const args = [mainPath, 'forward', 'replay', name, '--from', from, '--rate', '20']
    const child = spawnGuarded(process.execPath, [...args, '--data', folder], {
      env: { PATH: process.env['PATH'], ...env },
    })
    const ended = new Promise((resolve) => {
      child.once('close', resolve)
    })
    await eventually('some are sent', () => countOf(ids) >= 15)
    child.kill('SIGTERM')
    expect(await ended).toBe(1)
    const before = countOf(ids)
    expect(before).toBeLessThan(60)
    const rest = await forward('replay', name, '--from', from, '--rate', '1000', '--json')
    expect(rest.code).toBe(1)
    expect(JSON.parse(rest.out)).toMatchObject({
      isOver: true,
      acknowledged: 59,
      refused: 1,
    })
    expect(countOf(ids)).toBe(60)
  }, 60_000)
})
