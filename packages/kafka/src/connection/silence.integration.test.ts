import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: connections that fall silent without a reset are given up within a request's time. Method:
// the proxy stops all traffic on open connections and lets new ones through.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

describe('consumer whose connections', () => {
  it('fell silent goes on over new ones', async () => {
    const topic = await test.topic()
    const producer = test.kafka.chainedProducer()
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'),
      topics: [topic],
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
      groupId: test.unique('group'),
      topics: [topic],
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

  it('are lost while it asks for its coordinator joins once somebody answers', async () => {
    const topic = await test.topic()
    await test.kafka.chainedProducer().send({ topic, partition: 0 }, [recordOf('a')])
    test.proxy.spoil({ kind: 'reset' }, { apiKey: kafkaApi.findCoordinator, count: 3 })
    const { collected, consumer, crashes } = await startCollecting(test.proxied, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    expect(await collected(1)).toEqual(['a'])
    expect(crashes).toEqual([])
    await consumer.close()
  })

  it('fell silent for longer than its session is admitted again, although it commits at once', async () => {
    const topic = await test.topic()
    const groupId = test.unique('group')
    const producer = test.kafka.chainedProducer()
    const commits: unknown[] = []
    const { values, consumer, crashes } = await startCollecting(test.proxied, {
      groupId,
      topics: [topic],
      sessionTimeoutMs: 6_000,
      handlers: {
        async onBatch({ partition, nextOffset, records }) {
          if (records.length === 0) return
          if (commits.length === 0) await untilExpelled(groupId)
          commits.push(
            await consumer
              .commit([{ topic, partition, offset: nextOffset }])
              .catch((error: unknown) => error),
          )
          if (commits.length === 1) throw commits[0]
        },
      },
    })
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    await eventually('the record to come again', () => values.includes('a'), 40_000)
    expect(commits).toMatchObject([{ code: 'stale_assignment' }, undefined])
    expect(crashes).toEqual([])
    await consumer.close()
  }, 60_000)
})

/** Nothing of the member reaches the broker until the group has given it up. */
async function untilExpelled(groupId: string): Promise<void> {
  test.proxy.silence()
  await eventually(
    'the group to be empty',
    async () => (await test.kafka.admin.memberCount(groupId)) === 0,
    30_000,
  )
  test.proxy.mend()
}
