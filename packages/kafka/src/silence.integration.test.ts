import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { kafkaApi } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from './test-kafka.ts'

// Goal: connections that fell silent, with no reset, are left within a request's time.
// Method: the proxy stops all traffic on what is open and lets new connections through.

let test: TestKafka

beforeAll(async () => { test = await startTestKafka() })
afterAll(async () => { await test.close() })

describe('consumer whose connections', () => {
  it('fell silent goes on over new ones', async () => {
    const topic = await test.topic()
    const producer = test.kafka.chainedProducer()
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'), topics: [topic],
    })
    await collected(1)
    test.proxy.silence()
    test.proxy.mend()
    await producer.send({ topic, partition: 0 }, [recordOf('b')])
    expect(await collected(2)).toEqual(['a', 'b'])
    expect(crashes).toEqual([])
    await consumer.close()
  })

  it('are cut, or lose the answer to a fetch, goes on as well', async () => {
    const topic = await test.topic()
    const producer = test.kafka.chainedProducer()
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'), topics: [topic],
    })
    test.proxy.spoil({ kind: 'swallow' }, { apiKey: kafkaApi.fetch })
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    await collected(1)
    test.proxy.cut()
    await producer.send({ topic, partition: 0 }, [recordOf('b')])
    test.proxy.mend()
    expect(await collected(2)).toEqual(['a', 'b'])
    expect(crashes).toEqual([])
    await consumer.close()
  })
})
