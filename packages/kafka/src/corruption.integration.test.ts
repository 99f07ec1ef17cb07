import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from './test-kafka.ts'

// Goal: no damaged record is ever handed on. Method: one bit of a fetch answer is flipped on its way.

let test: TestKafka

beforeAll(async () => { test = await startTestKafka() })
afterAll(async () => { await test.close() })

async function topicWithRecord(): Promise<string> {
  const topic = await test.topic()
  await test.kafka.chainedProducer().send({ topic, partition: 0 }, [recordOf('a')])
  test.proxy.spoil({ kind: 'corrupt' }, { apiKey: kafkaApi.fetch })
  return topic
}

describe('damaged batch', () => {
  it('ends the consumer, and is read whole by the next', async () => {
    const topic = await topicWithRecord()
    const options = { groupId: test.unique('group'), topics: [topic] }
    const { consumer, crashes, values } = await startCollecting(test.proxied, options)
    await eventually('the crash', () => crashes.length > 0)
    expect(crashes).toMatchObject([{ code: 'corrupt_batch' }])
    expect(values).toEqual([])
    await consumer.close()
    const next = await startCollecting(test.proxied, options)
    expect(await next.collected(1)).toEqual(['a'])
    await next.consumer.close()
  })

  it('ends the reading of a partition', async () => {
    const topic = await topicWithRecord()
    const reader = test.proxied.partitionReader()
    await expect(reader.readToEnd({ topic, partition: 0, offset: 0 }, () => undefined))
      .rejects.toMatchObject({ code: 'corrupt_batch' })
  })
})
