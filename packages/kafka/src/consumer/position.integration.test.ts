import { describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { type CollectingConsumer, startCollecting } from './collecting-consumer.fixture.ts'
import { sendTexts } from '../producer/raw-producers.fixture.ts'
import { useKafkaScene } from '../kafka-scene.fixture.ts'

// Goal: position, lag and reading to the end depend on where the next fetch begins, not on records.
// Method: partitions that end in something invisible, which may not hold up any reader.

const scene = useKafkaScene()

async function start(topic: string): Promise<CollectingConsumer> {
  return await startCollecting(scene.test.kafka, {
    groupId: scene.test.unique('group'),
    topics: [topic],
  })
}

async function write(
  topic: string,
  outcome: 'commit' | 'abort',
  ...values: readonly string[]
): Promise<void> {
  const producer = await scene.raw.transactional(scene.test.unique('tx'))
  const transaction = await producer.transaction()
  await sendTexts(transaction, topic, ...values)
  await transaction[outcome]()
}

describe('position', () => {
  it('passes the marker at the end of a partition', async () => {
    const topic = await scene.test.topic()
    await write(topic, 'commit', 'a', 'b')
    const { collected, consumer } = await start(topic)
    await collected(2)
    await eventually('the marker to be passed', () => consumer.progress()[0]?.position === 3)
    expect(consumer.progress()).toMatchObject([{ endOffset: 3, lagRecords: 0 }])
    await consumer.commit([{ topic, partition: 0, offset: 3 }])
    await consumer.close()
    expect(await scene.test.readAll({ topic, partition: 0 })).toEqual({
      values: ['a', 'b'],
      end: 3,
    })
  })

  it('passes a partition that ends in aborted records, and hands on the empty batch', async () => {
    const topic = await scene.test.topic()
    await write(topic, 'abort', 'x', 'y')
    const { consumer, values } = await start(topic)
    await eventually(
      'the aborted records to be passed',
      () => consumer.progress()[0]?.position === 3,
    )
    expect(values).toEqual([])
    expect(consumer.progress()).toMatchObject([{ lagRecords: 0, receivedAtMs: null }])
    await consumer.close()
    expect(await scene.test.readAll({ topic, partition: 0 })).toEqual({ values: [], end: 3 })
  })

  it('is known of an empty partition, which is taken like any other', async () => {
    const topic = await scene.test.topic()
    const { assigned, consumer } = await start(topic)
    await eventually('the position', () => consumer.progress().length === 1)
    expect(consumer.progress()).toMatchObject([{ position: 0, endOffset: 0, lagRecords: 0 }])
    expect(assigned).toEqual([{ topic, partition: 0 }])
    await consumer.close()
    expect(await scene.test.readAll({ topic, partition: 0 })).toEqual({ values: [], end: 0 })
  })

  it('is reported as lost when it lies after the end', async () => {
    const topic = await scene.test.topic()
    const reader = scene.test.kafka.partitionReader()
    await expect(
      reader.readToEnd({ topic, partition: 0, offset: 5 }, () => undefined),
    ).rejects.toMatchObject({ code: 'position_gap' })
  })

  it('does not pass a batch at which the handler halted it', async () => {
    const topic = await scene.test.topic()
    await write(topic, 'commit', 'a')
    let isHalted = false
    const { consumer } = await startCollecting(scene.test.kafka, {
      groupId: scene.test.unique('group'),
      topics: [topic],
      handlers: {
        async onBatch(batch) {
          if (batch.fetchedOffset === 0) return
          consumer.halt({ topic, partition: 0 }, new Error('a gap'))
          isHalted = true
        },
      },
    })
    await eventually('the first batch to be passed', () => consumer.progress()[0]?.position === 2)
    await write(topic, 'commit', 'b')
    await eventually('the halt', () => isHalted)
    expect(consumer.progress()).toMatchObject([{ position: 2, isHalted: true }])
    await consumer.close()
  })

  it('that the log no longer holds halts only its partition, and stays as it was', async () => {
    const topic = await scene.test.topic({ partitions: 2 })
    const groupId = scene.test.unique('group')
    const producer = await scene.raw.idempotent()
    await sendTexts(producer, topic, 'a', 'b', 'c')
    const before = await startCollecting(scene.test.kafka, { groupId, topics: [topic] })
    await before.collected(3)
    await before.consumer.commit([{ topic, partition: 0, offset: 1 }])
    await before.consumer.close()
    await scene.raw.deleteBefore(topic, 2)
    const halted: unknown[] = []
    const { collected, consumer, crashes, revoked } = await startCollecting(scene.test.kafka, {
      groupId,
      topics: [topic],
      handlers: {
        onHalted: (partition, error) => {
          halted.push({ ...partition, error })
        },
      },
    })
    await eventually('the halt', () => halted.length > 0)
    expect(halted).toMatchObject([{ topic, partition: 0, error: { code: 'position_gap' } }])
    expect(consumer.haltReasons()).toEqual([`the position in ${topic}-0 is not in the log`])
    const other = scene.test.kafka.chainedProducer()
    await other.send({ topic, partition: 1 }, [{ key: null, value: Buffer.from('other') }])
    expect(await collected(1)).toEqual(['other'])
    expect([crashes, halted.length]).toEqual([[], 1])
    await other.close()
    await consumer.close()
    expect(revoked).toContainEqual({ topic, partition: 0 })
    expect(await scene.test.kafka.admin.committedOffsets(groupId, topic)).toEqual(new Map([[0, 1]]))
  })
})
