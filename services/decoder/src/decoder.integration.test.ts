import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type DeadLetter,
  rawHeaders,
  type WebhooksDecoded,
  type WireRecord,
} from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import {
  type BatchConsumer,
  type OutgoingRecord,
  PartitionCountError,
} from '@wabastream/processing'
import { createAvroCodec } from '@wabastream/schema-registry'
import {
  eventually,
  message,
  RECEIVED_AT,
  stackFromEnv,
  status,
  webhook,
} from '@wabastream/testing'
import { createBatchHandler } from './decoder.ts'
import { checkRawTimes, readTargets } from '@wabastream/decoding'

const { brokers, schemaRegistryUrl } = stackFromEnv()
const suffix = `${process.pid}-${Date.now()}`
const PARTITIONS = 3
const topics = {
  raw: `test.raw.${suffix}`,
  events: `test.events.${suffix}`,
  decoded: `test.decoded.${suffix}`,
  deadLetters: `test.dead-letters.${suffix}`,
}
const kafka = createKafkaClient({ brokers, clientId: 'decoder-test' })
const codec = createAvroCodec({ url: schemaRegistryUrl })
const producer = kafka.chainedProducer()
const targetOf = (topic: string) => ({ topic, partitions: PARTITIONS })
const targets = {
  events: targetOf(topics.events),
  decoded: targetOf(topics.decoded),
  deadLetters: targetOf(topics.deadLetters),
}
const groupId = `decoder-test.${suffix}`
const crashes: Error[] = []

/** A decoder of the group. One that never commits stands for one that dies before its commit. */
function createDecoder({ commits }: { readonly commits: boolean }): BatchConsumer {
  const consumer = kafka.batchConsumer({
    groupId,
    topics: [topics.raw],
    handlers: {
      onBatch: (batch, context) => onBatch(batch, context),
      onCrash: (error) => {
        crashes.push(error)
      },
    },
  })
  const dying = { commit: () => Promise.reject(new Error('died before the commit')) }
  const onBatch = createBatchHandler({
    codec,
    producer,
    targets,
    generation: 1,
    observe: () => {},
    now: Date.now,
    consumer: commits ? consumer : dying,
  })
  return consumer
}

beforeAll(async () => {
  const config = { 'max.message.bytes': '4194304' }
  await kafka.admin.ensureTopics(
    Object.values(topics).map((topic) => ({ topic, partitions: PARTITIONS, config })),
  )
  await codec.register()
})

afterAll(() => kafka.close())

function rawRecord(body: unknown, index: number): OutgoingRecord {
  return {
    key: null,
    value: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    headers: {
      [rawHeaders.receiptId]: `receipt-${index}`,
      [rawHeaders.receivedAt]: String(RECEIVED_AT),
      [rawHeaders.channel]: 'main',
      [rawHeaders.origin]: 'imported',
    },
  }
}

async function readAll(topic: string): Promise<readonly WireRecord[]> {
  const records: WireRecord[] = []
  const reader = kafka.partitionReader()
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await reader.readToEnd({ topic, partition, offset: 0 }, (batch) => {
      for (const { value } of batch.records) records.push(codec.decode(value ?? new Uint8Array()))
    })
  }
  await reader.close()
  return records
}

async function readVerdicts(): Promise<ReadonlyMap<string, WebhooksDecoded['verdicts'][number]>> {
  const verdicts = (await readAll(topics.decoded)).flatMap(({ data }) =>
    'verdicts' in data ? data.verdicts : [],
  )
  return new Map(verdicts.map((verdict) => [verdict.receiptId, verdict]))
}

describe('the decoder on real parts', () => {
  it('does not begin with another number of partitions than configured', async () => {
    expect(await readTargets(kafka.admin, topics, PARTITIONS)).toEqual(targets)
    const error = await readTargets(kafka.admin, topics, 4).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(PartitionCountError)
  })

  it('does not begin before the brokers stamp the raw topic', async () => {
    const stamp = (type: string) =>
      kafka.admin.changeTopics([{ topic: topics.raw, config: { 'message.timestamp.type': type } }])
    await stamp('CreateTime')
    await expect(checkRawTimes(kafka.admin, topics.raw)).rejects.toThrow(
      `${topics.raw} has message.timestamp.type=CreateTime instead of LogAppendTime`,
    )
    await stamp('LogAppendTime')
    await eventually(
      'the raw topic to be as it must',
      async () =>
        await checkRawTimes(kafka.admin, topics.raw).then(
          () => true,
          () => false,
        ),
    )
  })

  it('gives each raw record a verdict, its events and its dead letters, and commits', async () => {
    const bodies = [
      ...Array.from({ length: 300 }, (_, index) =>
        webhook({ statuses: [status(`wamid.${index}`), status(`wamid.${index}`, 'delivered')] }),
      ),
      webhook({ messages: [message('wamid.I', { context: { id: 'wamid.1' } }), 'junk'] }),
      'no JSON',
      'x'.repeat(3 * 1024 * 1024),
    ]
    const sent = await Promise.all(
      [0, 1, 2].map((partition) => {
        const records = bodies.map(rawRecord).filter((_, index) => index % PARTITIONS === partition)
        return producer.send({ topic: topics.raw, partition }, records)
      }),
    )
    expect(sent.map(({ baseOffset }) => baseOffset)).toEqual([0, 0, 0])
    const decoder = createDecoder({ commits: true })
    await decoder.start()
    await eventually(
      'all is decoded',
      async () => (await readVerdicts()).size === bodies.length,
      40_000,
    )

    const verdicts = await readVerdicts()
    expect(verdicts.get('receipt-5')).toMatchObject({ verdict: 'decoded', statuses: 2, events: 2 })
    expect(verdicts.get('receipt-300')).toMatchObject({
      verdict: 'partial',
      events: 1,
      deadLetters: 1,
    })
    expect(verdicts.get('receipt-301')).toMatchObject({ verdict: 'undecodable', bytes: 7 })
    const events = await readAll(topics.events)
    const eventIds = events.map(({ data }) => 'envelope' in data && data.envelope.eventId)
    expect(new Set(eventIds).size).toBe(602)
    const letters = (await readAll(topics.deadLetters)).map(({ data }) => data as DeadLetter)
    expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
      'item_invalid',
      'not_json',
      'not_json',
    ])
    expect(letters.map(({ body }) => body.length)).toContain(3 * 1024 * 1024)
    await eventually('all is committed', async () => {
      const committed = await kafka.admin.committedOffsets(groupId, topics.raw)
      return [...committed.values()].reduce((sum, offset) => sum + offset, 0) === bodies.length
    })
    expect(crashes).toEqual([])
    await decoder.close()
  }, 90_000)

  it('repeats what a dead decoder had not committed, at the same positions', async () => {
    const before = (await readAll(topics.events)).length
    const bodies = Array.from({ length: 50 }, (_, index) =>
      webhook({ statuses: [status(`wamid.again.${index}`), status(`wamid.more.${index}`)] }),
    )
    await producer.send(
      { topic: topics.raw, partition: 1 },
      bodies.map((body, index) => rawRecord(body, 1_000 + index)),
    )
    const dying = createDecoder({ commits: false })
    await dying.start()
    await eventually('the first decoder died', () => crashes.length > 0, 40_000)
    await dying.close()
    const first = (await readAll(topics.events)).slice(before)
    const heir = createDecoder({ commits: true })
    await heir.start()
    await eventually(
      'all is repeated',
      async () => (await readAll(topics.events)).length === before + 200,
      40_000,
    )
    await heir.close()

    const ours = (await readAll(topics.events)).filter(
      ({ data }) => 'messageId' in data && /again|more/.test(data.messageId),
    )
    const distinct = new Set(ours.map((event) => JSON.stringify(event)))
    expect(first.length).toBe(100)
    expect([ours.length, distinct.size]).toEqual([200, 100])
    expect([...(await readVerdicts()).keys()].filter((id) => id.length > 11).length).toBe(50)
  }, 120_000)
})
