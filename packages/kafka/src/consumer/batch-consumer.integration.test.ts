import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: the consumer hands on committed records, from the group's position, and ends loudly.
// Method: one small topic and one group per test, on the real broker.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

async function topicWith(...values: readonly string[]): Promise<string> {
  const topic = await test.topic()
  const producer = test.kafka.chainedProducer()
  await producer.send({ topic, partition: 0 }, values.map(recordOf))
  await producer.close()
  return topic
}

describe('batch consumer', () => {
  it('continues from the committed position, and only from there', async () => {
    const topic = await topicWith('a', 'b', 'c')
    const groupId = test.unique('group')
    const first = await startCollecting(test.kafka, { groupId, topics: [topic] })
    expect(await first.collected(3)).toEqual(['a', 'b', 'c'])
    await first.consumer.commit([{ topic, partition: 0, offset: 2 }])
    await first.consumer.close()
    const second = await startCollecting(test.kafka, { groupId, topics: [topic] })
    expect(await second.collected(1)).toEqual(['c'])
    await second.consumer.close()
    expect(await test.kafka.admin.committedOffsets(groupId, topic)).toEqual(new Map([[0, 2]]))
  })

  it('starts where onAssigned says', async () => {
    const topic = await topicWith('a', 'b', 'c')
    const { collected, consumer } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      handlers: { onAssigned: async (partition) => ({ ...partition, offset: 1 }) },
    })
    expect(await collected(2)).toEqual(['b', 'c'])
    await consumer.close()
  })

  it('takes a partition again on reassign, from the committed position', async () => {
    const topic = await topicWith('a', 'b', 'c')
    const { assigned, collected, consumer } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    await collected(3)
    await consumer.commit([{ topic, partition: 0, offset: 1 }])
    consumer.reassign({ topic, partition: 0 })
    expect(await collected(5)).toEqual(['a', 'b', 'c', 'b', 'c'])
    expect(assigned).toHaveLength(2)
    await consumer.close()
  })

  it('voids the work that runs for a reassigned partition', async () => {
    const topic = await topicWith('a')
    let isFirst = true
    const { collected, consumer, crashes } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      handlers: {
        onBatch: async (_batch, context) => {
          if (!isFirst) return
          isFirst = false
          consumer.reassign({ topic, partition: 0 })
          expect(context.isStale()).toBe(true)
          await expect(context.heartbeat()).rejects.toMatchObject({ code: 'stale_assignment' })
          throw new Error('a transaction failed')
        },
      },
    })
    expect(await collected(1)).toEqual(['a'])
    expect(crashes).toEqual([])
    await consumer.close()
  })

  it('hands on nothing of a paused partition, and everything once it is resumed', async () => {
    const topic = await topicWith('a')
    const producer = test.kafka.chainedProducer()
    const { collected, consumer, values } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    await collected(1)
    consumer.pause({ topic, partition: 0 })
    await producer.send({ topic, partition: 0 }, [recordOf('b')])
    await eventually(
      'the end to be seen all the same',
      () => consumer.progress()[0]?.lagRecords === 1,
      15_000,
    )
    expect(values).toEqual(['a'])
    consumer.resume({ topic, partition: 0 })
    expect(await collected(2)).toEqual(['a', 'b'])
    await consumer.close()
  })

  it('ends when a handler fails', async () => {
    const topic = await topicWith('a')
    const { consumer, crashes } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      handlers: {
        onBatch: async () => {
          throw new Error('a bug')
        },
      },
    })
    await eventually('the crash', () => crashes.length > 0)
    expect(crashes).toMatchObject([{ code: 'handler_failed', cause: { message: 'a bug' } }])
    await consumer.close()
  })

  it('refuses to commit for a partition that it does not hold', async () => {
    const topic = await topicWith('a')
    const { collected, consumer } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    await collected(1)
    await expect(consumer.commit([{ topic, partition: 7, offset: 1 }])).rejects.toMatchObject({
      code: 'stale_assignment',
    })
    await consumer.close()
  })

  it('waits for a topic that does not exist yet', async () => {
    const topic = test.unique('late')
    const starting = startCollecting(test.kafka, { groupId: test.unique('group'), topics: [topic] })
    await test.kafka.admin.ensureTopics([{ topic, partitions: 1 }])
    const { consumer, crashes } = await starting
    expect(crashes).toEqual([])
    await consumer.close()
  })
})
