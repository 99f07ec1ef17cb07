import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { eventually } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: lag is right for partitions with records, with none, and never committed.
// Method: metrics are read as Prometheus reads them.

const registry = new Registry()
let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka({ registry })
})
afterAll(async () => {
  await test.close()
})

const values = async (name: string): Promise<Readonly<Record<string, number>>> => {
  const metric = await registry.getSingleMetric(name)?.get()
  return Object.fromEntries(
    metric?.values.map(({ labels, value }) => [String(labels['partition']), value]) ?? [],
  )
}

describe('lag metrics', () => {
  it('follow the fetch position, in records and in seconds of the age of events', async () => {
    const topic = await test.topic({ partitions: 3 })
    const producer = test.kafka.chainedProducer()
    const receivedAtMs = Date.now() - 60_000
    const record = {
      key: null,
      value: Buffer.from('v'),
      headers: { 'received-at': String(receivedAtMs) },
    }
    await producer.send({ topic, partition: 0 }, [record, record])
    await producer.send({ topic, partition: 1 }, [record])
    let release: (() => void) | undefined
    const { consumer } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      handlers: {
        onAssigned: async (partition) =>
          partition.partition === 1 ? { ...partition, offset: 1 } : undefined,
        onBatch: async () => {
          await new Promise<void>((resolve) => {
            release = resolve
          })
        },
      },
    })
    await eventually(
      'a batch under way',
      () => release !== undefined && consumer.progress().length === 3,
    )
    expect(await values('wa_kafka_consumer_lag_records')).toEqual({ 0: 2, 1: 0, 2: 0 })
    const { 0: age, ...others } = await values('wa_kafka_consumer_lag_seconds')
    expect(age).toBeGreaterThanOrEqual(60)
    expect(others).toEqual({ 1: 0, 2: 0 })
    release?.()
    await eventually(
      'no lag',
      async () => (await values('wa_kafka_consumer_lag_records'))['0'] === 0,
    )
    expect(await values('wa_kafka_consumer_lag_seconds')).toEqual({ 0: 0, 1: 0, 2: 0 })
    expect(await registry.getSingleMetricAsString('wa_kafka_produce_batch_records')).toContain(
      `wa_kafka_produce_batch_records_count{topic="${topic}"} 2`,
    )
    expect(await values('wa_kafka_consumer_position_offset')).toEqual({ 0: 2, 1: 1, 2: 0 })
    await consumer.close()
    expect(await values('wa_kafka_consumer_lag_records')).toEqual({})
  })

  it('exist while a partition is taken, and stay when it is taken again', async () => {
    const topic = await test.topic()
    const record = {
      key: null,
      value: Buffer.from('v'),
      headers: { 'received-at': String(Date.now() - 60_000) },
    }
    await test.kafka.chainedProducer().send({ topic, partition: 0 }, [record, record])
    let takes = 0
    const taken = Promise.withResolvers<void>()
    const { collected, consumer } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      handlers: {
        onAssigned: async () => {
          takes += 1
          await taken.promise
          return undefined
        },
      },
    })
    await eventually('it is being taken', () => takes === 1)
    expect(consumer.progress()).toEqual([])
    expect(await values('wa_kafka_consumer_lag_records')).toEqual({ 0: 2 })
    expect((await values('wa_kafka_consumer_lag_seconds'))['0']).toBeGreaterThanOrEqual(60)
    consumer.reassign({ topic, partition: 0 })
    expect(await values('wa_kafka_consumer_lag_records')).toEqual({ 0: 2 })
    expect((await values('wa_kafka_consumer_lag_seconds'))['0']).toBeGreaterThanOrEqual(60)
    taken.resolve()
    await collected(2)
    await eventually(
      'no lag',
      async () => (await values('wa_kafka_consumer_lag_records'))['0'] === 0,
    )
    expect(await values('wa_kafka_consumer_lag_seconds')).toEqual({ 0: 0 })
    await consumer.close()
  })

  it('say how long topics keep what is read, except compacted ones', async () => {
    const [kept, compacted] = await Promise.all([
      test.topic({ config: { 'cleanup.policy': 'delete', 'retention.ms': '3600000' } }),
      test.topic({ config: { 'cleanup.policy': 'compact', 'retention.ms': '3600000' } }),
    ])
    const groupId = test.unique('group')
    const { consumer } = await startCollecting(test.kafka, { groupId, topics: [compacted, kept] })
    const retention = await eventually('the retention was read', async () => {
      const metric = await registry.getSingleMetric('wa_kafka_topic_retention_seconds')?.get()
      const found =
        metric?.values.filter(({ labels }) =>
          [kept, compacted].includes(String(labels['topic'])),
        ) ?? []
      return found.length > 0 && found.map(({ labels, value }) => [labels['topic'], value])
    })
    expect(retention).toEqual([[kept, 3_600]])
    await consumer.close()
  })
})
