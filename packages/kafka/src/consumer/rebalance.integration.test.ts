import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: partitions change hands without losing a record and without a commit for another member's
// partition. Method: a second member joins while records flow, then the first one leaves.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

describe('rebalance', () => {
  it('revokes all partitions and distributes them again, losing nothing', async () => {
    const topic = await test.topic({ partitions: 2 })
    const groupId = test.unique('group')
    const producer = test.kafka.chainedProducer()
    const send = (partition: number, value: string): Promise<unknown> =>
      producer.send({ topic, partition }, [recordOf(value)])
    const options = { groupId, topics: [topic], sessionTimeoutMs: 6_000 }
    const first = await startCollecting(test.kafka, options)
    await Promise.all([send(0, 'a0'), send(1, 'a1')])
    await first.collected(2)
    await first.consumer.commit([
      { topic, partition: 0, offset: 1 },
      { topic, partition: 1, offset: 1 },
    ])
    const second = await startCollecting(test.kafka, options)
    await Promise.all([send(0, 'b0'), send(1, 'b1')])
    await eventually(
      'both members to read',
      () => first.values.length + second.values.length === 4 && second.values.length === 1,
    )
    expect([...first.values, ...second.values].sort()).toEqual(['a0', 'a1', 'b0', 'b1'])
    expect(first.revoked).toHaveLength(2)
    expect(first.consumer.progress()).toHaveLength(1)
    await first.consumer.close()
    await Promise.all([send(0, 'c0'), send(1, 'c1')])
    // What the first member read last was not committed: it comes again.
    await eventually('the rest', () => ['c0', 'c1'].every((value) => second.values.includes(value)))
    expect([...first.crashes, ...second.crashes]).toEqual([])
    await second.consumer.close()
  }, 60_000)

  it('lets nobody in beside members of another protocol until these have left', async () => {
    const topic = await test.topic()
    const groupId = test.unique('group')
    const producer = test.kafka.chainedProducer()
    const options = { groupId, topics: [topic], sessionTimeoutMs: 6_000 }
    const former = await startCollecting(test.kafka, options)
    const next = await startCollecting(test.kafka, { ...options, protocol: 'state-2' })
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    expect(await former.collected(1)).toEqual(['a'])
    expect(next.consumer.progress()).toEqual([])
    await former.consumer.commit([{ topic, partition: 0, offset: 1 }])
    await former.consumer.close()
    await producer.send({ topic, partition: 0 }, [recordOf('b')])
    expect(await next.collected(1)).toEqual(['b'])
    expect([...former.crashes, ...next.crashes]).toEqual([])
    await next.consumer.close()
  }, 60_000)

  it('lets work under way know that the group has moved on', async () => {
    const topic = await test.topic()
    const groupId = test.unique('group')
    const producer = test.kafka.chainedProducer()
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    const errors: unknown[] = []
    let isFirst = true
    const first = await startCollecting(test.kafka, {
      groupId,
      topics: [topic],
      sessionTimeoutMs: 6_000,
      handlers: {
        onBatch: async (_batch, context) => {
          if (!isFirst) return
          isFirst = false
          await eventually('the rebalance', async () => {
            await context.heartbeat().catch((error: unknown) => {
              errors.push(error)
            })
            return context.isStale()
          })
        },
      },
    })
    const second = await startCollecting(test.kafka, {
      groupId,
      topics: [topic],
      sessionTimeoutMs: 6_000,
    })
    await eventually(
      'the record to come to either',
      () => first.values.length + second.values.length === 1,
    )
    expect(errors).toMatchObject([{ code: 'stale_assignment' }])
    expect(first.crashes).toEqual([])
    await Promise.all([first.consumer.close(), second.consumer.close()])
  }, 60_000)
})
