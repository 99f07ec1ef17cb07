import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type KafkaRecord } from '@wabastream/processing'
import { type KafkaTools, openKafkaTools } from '../kafka-tools.fixture.ts'
import { openRawProducers, type RawProducers } from './raw-producers.fixture.ts'
import { toCompressionNumber } from '../wire/records/compression.ts'
import { startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: what our codec writes is valid, and it reads what is there. Method: one partition holds
// everything that batches can hold; Kafka's own Java programs are the judges.

let test: TestKafka
let raw: RawProducers
let tools: KafkaTools
let topic: string

type Sender = Awaited<ReturnType<RawProducers['idempotent']>>
type Sending = Pick<Sender, 'send'>

beforeAll(async () => {
  test = await startTestKafka()
  raw = openRawProducers()
  tools = await openKafkaTools()
  topic = await test.topic()
  await writeEverything()
}, 120_000)

afterAll(async () => {
  await raw.close()
  await test.close()
})

interface Odds {
  readonly compression?: number
  readonly step?: number
}

async function send(to: Sending, tag: string, count: number, odds: Odds = {}): Promise<void> {
  const { compression = 0, step = 1_000 } = odds
  const messages = Array.from({ length: count }, (_, i) => ({
    partition: 0,
    key: i % 5 === 1 ? null : `k${i}`,
    value: i % 7 === 3 ? null : `${tag}-${i}-${'v'.repeat((i * 37) % 500)}ü`,
    timestamp: String(1_700_000_000_000 + i * step),
    ...(i % 3 === 0 ? {} : { headers: { id: `e${i}`, n: Buffer.from(`x${i % 7}`) } }),
  }))
  await to.send({ topic, messages, compression })
}

const ZSTD = toCompressionNumber({ codec: 'zstd', level: 1 })

async function writeEverything(): Promise<void> {
  const plain = await raw.idempotent()
  const [one, two] = [
    await raw.transactional(test.unique('one')),
    await raw.transactional(test.unique('two')),
  ]
  await send(plain, 'plain', 300)
  await send(plain, 'zstd', 200, { compression: ZSTD })
  await send(plain, 'too small to pack', 3, { compression: ZSTD })
  await send(plain, 'descending', 50, { step: -86_400_000 })
  for (const outcome of ['abort', 'commit', 'abort', 'commit'] as const) {
    const transaction = await one.transaction()
    await send(transaction, outcome, 30)
    await transaction[outcome]()
  }
  for (const outcome of ['abort', 'commit'] as const) {
    const [first, second] = [await one.transaction(), await two.transaction()]
    await send(first, `first ${outcome}`, 5)
    await send(second, 'second', 5)
    await send(plain, 'between', 5)
    await send(first, `first ${outcome}`, 5)
    await second.abort()
    await send(first, `first ${outcome}`, 5)
    await first[outcome]()
  }
  const long = await one.transaction()
  for (let i = 0; i < 8; i++) await send(long, 'long', 200, { compression: i & 1 ? ZSTD : 0 })
  await long.abort()
  await send(plain, 'end', 20)
}

/** The record as Java's console consumer prints it. */
function printed(record: KafkaRecord): string {
  const headers = ['id', 'n'].flatMap((name) => {
    const value = record.headerText(name)
    return value === null ? [] : [`${name}:${value}`]
  })
  return [
    `CreateTime:${record.timestampMs}`,
    `Offset:${record.offset}`,
    headers.length === 0 ? 'NO_HEADERS' : headers.join(','),
    record.keyText() ?? 'null',
    record.valueText() ?? 'null',
  ].join('\t')
}

describe('according to Java', () => {
  it('every batch that we write is valid', async () => {
    const batches = await tools.dumpBatches(topic)
    expect(batches.length).toBeGreaterThan(20)
    expect(batches.filter((line) => line.includes('compresscodec: zstd')).length).toBeGreaterThan(4)
    expect(batches.filter((line) => !line.includes('isvalid: true'))).toEqual([])
  }, 60_000)

  it('what we read is what is committed, record for record', async () => {
    const ours: string[] = []
    const reader = test.kafka.partitionReader()
    await reader.readToEnd({ topic, partition: 0, offset: 0 }, ({ records }) => {
      ours.push(...records.map(printed))
    })
    const java = await tools.readCommitted(topic, ours.length)
    expect(ours).toEqual(java)
    expect(ours.at(-1)).toContain('end-19')
  }, 60_000)
})
