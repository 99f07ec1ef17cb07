import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { Registry } from 'prom-client'
import { type Ingestor } from '../ingestor.ts'
import { signedHeaders, startIngestorWith } from '../ingestor.fixture.ts'
import { ManualProducer } from '../raw-log/manual-producer.fixture.ts'
import { diskError, MemoryDisk } from './memory-disk.fixture.ts'

interface Setup {
  readonly ingestor: Ingestor
  readonly producer: ManualProducer
  readonly disk: MemoryDisk
  readonly registry: Registry
  post(body: string): Promise<number>
}

let running: Ingestor | undefined
afterEach(async () => {
  await running?.stop()
  running = undefined
})

async function start(env: Readonly<Record<string, string>> = {}): Promise<Setup> {
  const [producer, disk, registry] = [new ManualProducer(), new MemoryDisk(), new Registry()]
  const ingestor = await startIngestorWith({
    env: { spoolAfterMs: '100', ackTimeoutMs: '2000', inFlightBatchesMax: '1', ...env },
    tls: null,
    producer,
    topic: 'raw',
    registry,
    spoolDisk: disk,
  })
  running = ingestor
  const url = `http://127.0.0.1:${ingestor.port}/webhooks/main`
  return {
    ingestor,
    producer,
    disk,
    registry,
    async post(body) {
      const response = await fetch(url, { method: 'POST', body, headers: signedHeaders(body) })
      await response.arrayBuffer()
      return response.status
    },
  }
}

const spooled = (disk: MemoryDisk): number =>
  [...disk.files.keys()].filter((name) => name.endsWith('.spool')).length
const bodies = (producer: ManualProducer): readonly string[] =>
  producer.records.map((record) => Buffer.from(record.value ?? []).toString())

describe('an ingestor with a spool', () => {
  it('acks before Kafka was ever reached, and drains when it is', async () => {
    const { ingestor, producer, disk, post } = await start()
    expect(await post('a')).toBe(200)
    expect(spooled(disk)).toBe(1)
    expect(ingestor.isReady()).toMatchObject({
      ok: true,
      details: { isDisposable: false, isKafkaAvailable: false, spool: { files: 1 } },
    })
    producer.isAutomatic = true
    ingestor.open({ partitionCount: 3 })
    await eventually('it is drained', () => spooled(disk) === 0)
    expect(bodies(producer)).toEqual(['a'])
    expect(ingestor.isReady()).toMatchObject({ ok: true, details: { isDisposable: true } })
  })

  it('spools what Kafka does not ack in time, with the same receipt', async () => {
    const { ingestor, producer, disk, post } = await start()
    ingestor.open({ partitionCount: 3 })
    expect(await post('a')).toBe(200)
    expect(spooled(disk)).toBe(1)
    await eventually('the drainer sends it', () => producer.sends.length === 2)
    const receipts = producer.records.map((record) => String(record.headers?.['receipt-id']))
    expect(new Set(receipts).size).toBe(1)
    producer.isAutomatic = true
    for (const send of producer.sends) send.ack()
  })

  it('leaves the spool alone while Kafka acks', async () => {
    const { ingestor, producer, disk, post } = await start()
    producer.isAutomatic = true
    ingestor.open({ partitionCount: 3 })
    expect(await post('a')).toBe(200)
    expect(disk.files.size).toBe(0)
  })

  it('refuses when neither takes the webhook, and is not ready', async () => {
    const { ingestor, disk, post } = await start()
    disk.fault = (step) => (step === 'sync' ? diskError('EIO') : undefined)
    expect(await post('a')).toBe(503)
    expect(await post('b')).toBe(503)
    expect(ingestor.isReady()).toMatchObject({
      ok: false,
      reasons: ['kafka takes no records', 'the spool cannot write'],
    })
    disk.fault = () => undefined
    await eventually('it is ready again', () => ingestor.isReady().ok)
    expect(await post('c')).toBe(200)
  })

  it('is not ready above the high watermark while Kafka is away, then full', async () => {
    const { ingestor, post } = await start({
      spoolBytesMax: '1048576',
      spoolHighPercent: '50',
      spoolLowPercent: '50',
    })
    const body = 'x'.repeat(600_000)
    expect(await post(body)).toBe(200)
    expect(ingestor.isReady().reasons).toEqual([
      'kafka takes no records',
      'the spool is nearly full',
    ])
    expect(await post(body)).toBe(503)
    expect(await post('small')).toBe(200)
  })

  it('empties the spool at a stop, and gives back every byte it held', async () => {
    const { ingestor, producer, disk, registry, post } = await start()
    expect(await post('a')).toBe(200)
    producer.isAutomatic = true
    ingestor.open({ partitionCount: 3 })
    await ingestor.stop()
    running = undefined
    expect(spooled(disk)).toBe(0)
    const text = await registry.metrics()
    expect(text).toContain('wa_ingestor_in_flight_bytes 0')
    expect(text).toContain('wa_ingestor_spool_drained_total 1')
    expect(text).toContain('wa_ingestor_requests_total{channel="main",outcome="spooled"} 1')
  })
})
