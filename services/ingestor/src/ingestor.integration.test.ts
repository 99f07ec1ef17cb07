// Whatever happens to Kafka and to the process, each webhook answered with 200 is in the raw topic.
// The real broker, through a proxy that cuts, silences and swallows; clients that write down acks.
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  eventually,
  type FaultProxy,
  kafkaApi,
  stackFromEnv,
  startFaultProxy,
} from '@wabastream/testing'
import { Registry } from 'prom-client'
import { type Ingestor } from './ingestor.ts'
import { createRawTopic, type RawTopic } from './raw-log/raw-topic.fixture.ts'
import { signedHeaders, startIngestorWith, type TestSettings } from './ingestor.fixture.ts'
import { startWebhookLoad, type WebhookLoad } from './webhook-load.fixture.ts'

interface Running {
  readonly ingestor: Ingestor
  readonly url: string
  readonly rawTopic: RawTopic
  readonly proxy: FaultProxy
}

const { brokers } = stackFromEnv()
let observer: KafkaClient
let cleanUps: (() => Promise<void>)[]

beforeEach(() => {
  observer = createKafkaClient({ brokers, clientId: 'observer' })
  cleanUps = [() => observer.close()]
})
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
})

async function start(env: TestSettings = {}): Promise<Running> {
  const rawTopic = await createRawTopic(observer)
  const proxy = await startFaultProxy({
    targetPort: Number(brokers[0]?.split(':').at(-1)),
  })
  const kafka = createKafkaClient({
    brokers,
    clientId: 'ingestor',
    requestTimeoutMs: 1_000,
    resolveAddress: () => ({ host: '127.0.0.1', port: proxy.port }),
  })
  const ingestor = await startIngestorWith({
    env,
    tls: null,
    producer: kafka.chainedProducer(),
    topic: rawTopic.topic,
    registry: new Registry(),
  })
  cleanUps.push(
    () => proxy.close(),
    () => kafka.close(),
    () => ingestor.stop(),
  )
  ingestor.open({ partitionCount: rawTopic.partitionCount })
  return { ingestor, url: `http://127.0.0.1:${ingestor.port}/webhooks/main`, rawTopic, proxy }
}

function startLoad(url: string, clientCount: number): WebhookLoad {
  const load = startWebhookLoad(url, clientCount)
  cleanUps.push(() => load.stop())
  return load
}

const signatureOf = (body: Uint8Array): string =>
  signedHeaders(body)['x-hub-signature-256'] ?? 'none'

async function expectAllStored(acked: readonly string[], rawTopic: RawTopic): Promise<void> {
  const stored = new Set((await rawTopic.readAll()).map((webhook) => webhook.receiptId))
  expect(acked.filter((receiptId) => !stored.has(receiptId))).toEqual([])
}

describe('the ingestor on a real broker', () => {
  it('stores every body byte for byte, with its receipt', async () => {
    const { url, rawTopic } = await start()
    const bodies = [0, 1, 700, 100_000, 3_145_728].map((length) => randomBytes(length))
    const receipts = await Promise.all(
      bodies.map(async (body) => {
        const traceparent = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`
        const headers = { ...signedHeaders(body), traceparent }
        const response = await fetch(url, { method: 'POST', body, headers })
        expect(response.status).toBe(200)
        return response.headers.get('x-receipt-id') ?? ''
      }),
    )
    const stored = new Map((await rawTopic.readAll()).map((one) => [one.receiptId, one]))
    expect(stored.size).toBe(bodies.length)
    for (const [index, receiptId] of receipts.entries()) {
      const webhook = stored.get(receiptId)
      expect(webhook?.body.equals(bodies[index] ?? Buffer.from('none'))).toBe(true)
      expect(webhook?.headers).toEqual({
        'receipt-id': receiptId,
        'received-at': expect.stringMatching(/^\d{13}$/),
        channel: 'main',
        verification: 'hmac:app-1',
        'content-type': 'application/json',
        dialect: 'cloud',
        number: null,
        origin: null,
        traceparent: expect.stringMatching(/^00-(a1)+-(b2)+-01$/),
        signature: `x-hub-signature-256: ${signatureOf(bodies[index] ?? Buffer.of())}`,
      })
    }
  })

  it('loses nothing acked when answers to produce requests get lost', async () => {
    const { url, rawTopic, proxy } = await start({ ackTimeoutMs: '20000' })
    const load = startLoad(url, 16)
    for (let round = 0; round < 3; round += 1) {
      const ackedBefore = load.acked.length
      proxy.spoil({ kind: round === 1 ? 'swallow' : 'reset' }, { apiKey: kafkaApi.produce })
      await eventually('traffic goes on', () => load.acked.length > ackedBefore + 200)
    }
    await load.stop()
    expect(load.failures()).toBe(0)
    await expectAllStored(load.acked, rawTopic)
  })

  it('answers 503 while Kafka is away, and recovers by itself', async () => {
    const { url, rawTopic, proxy, ingestor } = await start({ ackTimeoutMs: '1500' })
    const load = startLoad(url, 16)
    await eventually('webhooks are acked', () => load.acked.length > 100)
    proxy.cut()
    await eventually('webhooks are refused', () => load.count(503) > 20)
    await eventually('it is not ready', () => !ingestor.isReady().ok)
    const ackedDuring = load.acked.length
    const refusedBefore = load.count(503)
    await eventually('more are refused', () => load.count(503) > refusedBefore + 500)
    expect(load.acked.length).toBe(ackedDuring)
    proxy.mend()
    await eventually('webhooks are acked again', () => load.acked.length > ackedDuring + 100)
    expect(ingestor.isReady().ok).toBe(true)
    await load.stop()
    expect(load.failures()).toBe(0)
    await expectAllStored(load.acked, rawTopic)
  })

  it('answers 503 while Kafka is silent', async () => {
    const { url, rawTopic, proxy } = await start({ ackTimeoutMs: '1500' })
    const load = startLoad(url, 16)
    await eventually('webhooks are acked', () => load.acked.length > 100)
    proxy.silence()
    await eventually('webhooks are refused', () => load.count(503) > 100)
    const ackedDuring = load.acked.length
    proxy.mend()
    await eventually('webhooks are acked again', () => load.acked.length > ackedDuring + 100)
    await load.stop()
    await expectAllStored(load.acked, rawTopic)
  })

  it('loses nothing acked when it is stopped under load', async () => {
    const { url, rawTopic, ingestor } = await start()
    const load = startLoad(url, 32)
    await eventually('webhooks are acked', () => load.acked.length > 500)
    await ingestor.stop()
    const ackedAtStop = load.acked.length
    await eventually('clients are turned away', () => load.failures() > 10)
    await load.stop()
    expect(load.acked.length).toBeLessThanOrEqual(ackedAtStop + 32)
    expect(load.count(503)).toBe(0)
    await expectAllStored(load.acked, rawTopic)
  })
})
