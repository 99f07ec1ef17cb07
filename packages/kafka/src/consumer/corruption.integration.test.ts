import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: no damaged record is ever handed on. Method: one bit of a fetch answer is flipped on its
// way.

let test: TestKafka

// Faults that were not used up would hit the next test.
beforeEach(async () => {
  test = await startTestKafka()
})
afterEach(async () => {
  await test.close()
})

async function topicWithRecord(spoiltFetches: number): Promise<string> {
  const topic = await test.topic()
  await test.kafka.chainedProducer().send({ topic, partition: 0 }, [recordOf('a')])
  test.proxy.spoil({ kind: 'corrupt' }, { apiKey: kafkaApi.fetch, count: spoiltFetches })
  return topic
}

/**
 * Answers like a broker whose storage is away: UNKNOWN_SERVER_ERROR for the partition of the topic.
 */
function failReads(topic: string, times: number): { readonly failed: () => number } {
  let failed = 0
  test.proxy.onAnswer(kafkaApi.fetch, ({ frame }) => {
    const at = frame.indexOf(topic)
    if (at < 0 || failed === times) return
    failed++
    // The name is followed by the number of partitions, the partition, and its code.
    frame.writeInt16BE(-1, at + topic.length + 8)
  })
  return { failed: () => failed }
}

describe('a batch that the broker fails to read', () => {
  it('is tried for longer than one that is damaged', async () => {
    const topic = await topicWithRecord(0)
    const { failed } = failReads(topic, 5)
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    await eventually(
      'the record or a halt',
      () => failed() === 5 || consumer.haltReasons().length > 0,
    )
    expect(consumer.haltReasons()).toEqual([])
    expect(await collected(1)).toEqual(['a'])
    expect(crashes).toEqual([])
    await consumer.close()
  })

  it('is also tried outside a group, until the reader is closed', async () => {
    const topic = await topicWithRecord(0)
    const { failed } = failReads(topic, 1_000)
    const reader = test.proxied.partitionReader()
    const read = reader.readToEnd({ topic, partition: 0, offset: 0 }, () => undefined)
    const outcome = read.catch((error: unknown) => error)
    await eventually('more fetches than damage gets', () => failed() > 4)
    await reader.close()
    expect(await outcome).toMatchObject({ code: 'closed' })
  })
})

describe('damaged batch', () => {
  it('is fetched again, because it may be whole on the disk', async () => {
    const topic = await topicWithRecord(1)
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    expect(await collected(1)).toEqual(['a'])
    expect(crashes).toEqual([])
    expect(consumer.haltReasons()).toEqual([])
    await consumer.close()
    const next = await topicWithRecord(1)
    const reader = test.proxied.partitionReader()
    const position = { topic: next, partition: 0, offset: 0 }
    expect(await reader.readToEnd(position, () => undefined)).toEqual({ ...position, offset: 1 })
    await reader.close()
  })

  it('halts its partition if it is damaged each time, and skips nothing', async () => {
    const topic = await topicWithRecord(50)
    const options = { groupId: test.unique('group'), topics: [topic] }
    const { consumer, crashes, values } = await startCollecting(test.proxied, options)
    await eventually('the halt', () => consumer.haltReasons().length > 0)
    expect(consumer.haltReasons()).toEqual([
      `${topic}-0 can't be read at offset 0: the checksum of a batch is wrong`,
    ])
    expect([crashes, values]).toEqual([[], []])
    await consumer.close()
    const next = await startCollecting(test.kafka, options)
    expect(await next.collected(1)).toEqual(['a'])
    await next.consumer.close()
  })

  it('ends the reading of a partition, with an error that says where', async () => {
    const topic = await topicWithRecord(50)
    const reader = test.proxied.partitionReader()
    await expect(
      reader.readToEnd({ topic, partition: 0, offset: 0 }, () => undefined),
    ).rejects.toMatchObject({
      code: 'corrupt_batch',
      message: expect.stringContaining(`${topic}-0 can't be read at offset 0`),
    })
    await reader.close()
  })
})
