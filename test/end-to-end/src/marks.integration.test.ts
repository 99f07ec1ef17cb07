// Goal: no log, metric, span or error text contains what a customer writes, or who writes it.
// Method: a marked number, name and texts go through the whole pipeline, well formed and broken in
// every way that we can think of, with ClickHouse refusing some; then everything that a person may
// read is searched.
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import { serviceNames, topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { exampleChannels, toWebhook } from '@wabastream/simulator'
import { eventually, type Receiver, startReceiver } from '@wabastream/testing'
import { startCommand } from './command-process.ts'
import {
  brokenBodies,
  markedBody,
  marks,
  refusedBody,
  TRACES_OF_MARKS,
  withEachPlaceWrong,
} from './marked-bodies.ts'
import { untilSettled } from './settled.ts'
import { startWabastream, type WabastreamProcess } from './wabastream-process.ts'

const TIMEOUT_MS = 300_000
const AT_ONCE = 16
const topics = topicNames(1)

let wabastream: WabastreamProcess
let kafka: KafkaClient
let clickhouse: ClickHouseClient
let collector: Server
let spans = ''
let receiver: Receiver
let folder: string
/** The forwarder has no spans. */
const services = [...serviceNames, 'forwarder']

beforeAll(async () => {
  collector = createServer((request, response) => {
    void text(request).then((body) => {
      spans += body
      response.setHeader('content-type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const address = collector.address()
  const port = typeof address === 'object' ? address?.port : undefined
  receiver = await startReceiver()
  let answers = 0
  receiver.behave((response) => {
    answers += 1
    const status = answers % 3 === 0 ? 422 : 200
    response.writeHead(status, marks.text, { 'x-echo': marks.text }).end(marks.text)
  })
  folder = await mkdtemp(join(tmpdir(), 'wabastream-marks-'))
  const destinationsFile = join(folder, 'destinations.yaml')
  const crm = { name: 'crm', url: receiver.url, allow: ['loopback'], refusedAfter: 1 }
  await writeFile(destinationsFile, JSON.stringify({ destinations: [crm] }))
  wabastream = await startWabastream({
    DESTINATIONS_FILE: destinationsFile,
    LOG_LEVEL: 'trace',
    OTEL_TRACES_SAMPLER_ARG: '1',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  })
  kafka = createKafkaClient({ brokers: [...wabastream.brokers], clientId: 'marks-test' })
  clickhouse = createClient({ url: wabastream.clickhouseUrl })
  const spoil = (table: string, change: string) =>
    clickhouse.command({ query: `ALTER TABLE wa_g1.${table} ${change}` })
  const refused = `position(text, '${marks.refusedText}') = 0`
  await spoil('message_content', `ADD CONSTRAINT spoiled CHECK ${refused}`)
  await spoil('message_events', 'MODIFY COLUMN emoji Nullable(UInt64)')
  await sendEverything()
}, TIMEOUT_MS)

afterAll(async () => {
  await clickhouse?.close()
  await kafka?.close()
  await wabastream?.stop()
  collector?.closeAllConnections()
  collector?.close()
  await receiver?.close()
  await rm(folder, { recursive: true, force: true })
}, 60_000)

async function sendEverything(): Promise<void> {
  const [cloud, flat] = exampleChannels
  if (cloud === undefined || flat === undefined) throw new Error('no channels')
  const number = cloud.numbers[0]?.numberId ?? ''
  const body = markedBody(number)
  const bodies = [
    ...[body, refusedBody(number), ...withEachPlaceWrong(body)].map((one) =>
      Buffer.from(JSON.stringify(one)),
    ),
    ...brokenBodies(body),
  ]
  const authentic = bodies.flatMap((one, index) => [
    toWebhook(cloud, one),
    ...(index % 9 === 0 ? [toWebhook(flat, one)] : []),
  ])
  await inTurns(authentic, async ({ body: bytes, headers, path }) => {
    expect((await post(path, new Uint8Array(bytes), headers)).status).toBe(200)
  })
  await sendWhatIsRefused()
  await appendWhatIsNoRecord()
  await untilSettled(kafka, TIMEOUT_MS)
}

/** Marks where nobody looks for them: in paths, tokens, headers and questions to the admin port. */
async function sendWhatIsRefused(): Promise<void> {
  const bytes = Buffer.from(JSON.stringify({ text: marks.text }))
  const paths = [
    `/webhooks/${marks.text}`,
    `/webhooks/cloud?token=${marks.text}`,
    `/webhooks/flat/${marks.text}`,
    `/${marks.text}`,
    `/webhooks/cloud?hub.mode=subscribe&hub.verify_token=${marks.text}`,
    `/webhooks/%ff${marks.text}`,
  ]
  for (const path of paths) {
    expect(
      (await post(path, bytes, { 'x-hub-signature-256': `sha256=${marks.text}` })).status,
    ).toBeGreaterThanOrEqual(400)
    expect(
      (await post(path, bytes, { 'content-encoding': marks.text, 'x-name': marks.name })).status,
    ).toBeGreaterThanOrEqual(400)
  }
  for (const body of [
    marks.text,
    JSON.stringify({ [marks.name]: marks.text }),
    `{"body": "${marks.text}`,
  ]) {
    const answer = await fetch(`${wabastream.adminOf('ingestor')}/channels/${marks.text}/check`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(400)
  }
}

function post(
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
) {
  return fetch(`${wabastream.webhooksUrl}${path}`, { method: 'POST', body, headers })
}

/**
 * In topics that only we write to: bytes of no schema, of an unknown one, and cut ones of a known
 * one.
 */
async function appendWhatIsNoRecord(): Promise<void> {
  const producer = kafka.chainedProducer()
  const behind = (schemaId: number): Buffer => {
    const head = Buffer.alloc(5)
    head.writeUInt32BE(schemaId, 1)
    return Buffer.concat([head, Buffer.from(`${marks.number} ${marks.name} ${marks.text}`)])
  }
  const answer = await fetch(
    `${wabastream.schemaRegistryUrl}/subjects/wabastream.MessageReceived/versions/latest`,
  )
  const { id }: { id: number } = JSON.parse(await answer.text())
  for (const topic of [topics.events, topics.decoded]) {
    const values = [Buffer.from(marks.text), behind(id), behind(2_000_000_000)]
    const records = values.map((value) => ({ key: null, value, headers: {} }))
    await producer.send({ topic, partition: 0 }, records)
  }
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item)
    }),
  )
}

/** The lines in which a mark can be known. */
function marked(source: string): readonly string[] {
  return source
    .split('\n')
    .filter((line) => TRACES_OF_MARKS.test(line))
    .map((line) => line.slice(0, 400))
}

describe('a marked customer', () => {
  it('is in the tables, as it should be', async () => {
    const result = await clickhouse.query({
      query: `SELECT contact_id, contact_name FROM wa_g1.message_content WHERE message_id = 'wamid.A'
        AND contact_name = '${marks.name}' LIMIT 1`,
      format: 'JSONEachRow',
    })
    expect(await result.json()).toEqual([{ contact_id: marks.number, contact_name: marks.name }])
  })

  it('is in no log line, although every kind of failure is reported there', async () => {
    const folder = join(wabastream.dataDirectory, 'logs')
    const files = await readdir(folder)
    const logs = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    for (const service of services) expect(files.join()).toContain(service)
    const all = [...logs, wabastream.output()].join('\n')
    for (const text of [
      '"reason":"not_json"',
      '"reason":"wrong_shape"',
      '"reason":"item_invalid"',
      '"reason":"schema_rejected"',
      '"reason":"sink_rejected"',
      '"cause":"bad_rows"',
      'VIOLATED_CONSTRAINT',
      'column emoji',
      '"reason":"forward_refused"',
    ])
      expect({ text, is: all.includes(text) }).toEqual({ text, is: true })
    expect(marked(all)).toEqual([])
  })

  it('is in no metric', async () => {
    for (const service of services) {
      const metrics = await wabastream.metricsOf(service)
      expect(metrics).toContain('wa_')
      expect(marked(metrics)).toEqual([])
    }
  })

  it('is in no span', async () => {
    await eventually('spans of every service', () =>
      serviceNames.every((service) => spans.includes(`wabastream-${service}`)),
    )
    expect(marked(spans.replaceAll('},', '},\n'))).toEqual([])
  })

  it('is in nothing of a dead letter but the bytes it keeps', async () => {
    const result = await clickhouse.query({
      query: 'SELECT * EXCEPT body, reason FROM wa_g1.dead_letters',
      format: 'JSONEachRow',
    })
    const rows = await result.text()
    expect(rows.split('\n').length).toBeGreaterThan(100)
    expect(marked(rows)).toEqual([])
  })

  it.each([
    [['dead-letters', 'list', '--json']],
    [['dead-letters', 'redrive', '--reason', 'sink_rejected']],
    [['dead-letters', 'redrive', '--destination', 'crm']],
    [['forward', 'status', '--message', 'wamid.A', '--json']],
    [['reconcile', '--json']],
    [['doctor', '--json']],
  ])(
    'is in nothing that %j prints',
    async (args) => {
      const command = startCommand(wabastream.dataDirectory, args)
      await command.ended
      expect(command.output()).not.toBe('')
      expect(marked(command.output())).toEqual([])
    },
    TIMEOUT_MS,
  )
})
