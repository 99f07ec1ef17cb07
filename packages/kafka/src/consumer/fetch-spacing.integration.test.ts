import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCollecting } from './collecting-consumer.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: records gather between fetches, but nothing waits that has gathered already.
// Method: a spacing that is far longer than what happens within it, on the real broker.

/** Of it, the spacing may be a fifth. */
const SESSION_MS = 60_000

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

/** The first moment that is due is nearly a whole spacing away. */
async function startSpaced(topic: string, fetchSpacingMs: number, batchBytesMax = 1_000_000) {
  const sizes: number[] = []
  const collecting = await startCollecting(test.kafka, {
    groupId: test.unique('group'),
    topics: [topic],
    sessionTimeoutMs: SESSION_MS,
    fetchSpacingMs,
    fetchPhaseMs: Date.now() % fetchSpacingMs,
    batchBytesMax,
    handlers: {
      onBatch: async ({ records }) => {
        if (records.length > 0) sizes.push(records.length)
      },
    },
  })
  return { ...collecting, sizes }
}

describe('spaced fetches', () => {
  it('hand on the first record at once, and what comes within the spacing together', async () => {
    const topic = await test.topic()
    const { collected, consumer, sizes } = await startSpaced(topic, 4_000)
    const producer = test.kafka.chainedProducer()
    await producer.send({ topic, partition: 0 }, [recordOf('a')])
    await collected(1)
    for (const value of ['b', 'c', 'd']) {
      await producer.send({ topic, partition: 0 }, [recordOf(value)])
    }
    expect(await collected(4)).toEqual(['a', 'b', 'c', 'd'])
    expect(sizes).toEqual([1, 3])
    await consumer.close()
  })

  it('follow each other without a wait while there is a backlog', async () => {
    const topic = await test.topic()
    const values = Array.from({ length: 40 }, (_, index) => `${index}-${'x'.repeat(1_000)}`)
    const producer = test.kafka.chainedProducer()
    for (const value of values) await producer.send({ topic, partition: 0 }, [recordOf(value)])
    const { collected, consumer, sizes } = await startSpaced(topic, 12_000, 2_000)
    expect(await collected(values.length)).toEqual(values)
    // With the spacing between them, they would have taken minutes.
    expect(sizes.length).toBeGreaterThan(10)
    await consumer.close()
  })
})
