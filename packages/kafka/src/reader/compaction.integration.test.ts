import { describe, expect, it } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import { useKafkaScene } from '../kafka-scene.fixture.ts'

// Goal: readers pass a batch that compaction emptied. Method: a compacted topic whose old batches
// hold only keys that were written again. The broker keeps these batches for their producers'
// sequences, and returns them without records.

const scene = useKafkaScene()

const config = {
  'cleanup.policy': 'compact',
  'segment.ms': '200',
  'min.cleanable.dirty.ratio': '0.001',
  'max.compaction.lag.ms': '200',
  'delete.retention.ms': '0',
}
const KEYS = 20

async function write(topic: string, tag: string): Promise<void> {
  const producer = await scene.raw.idempotent()
  const messages = Array.from({ length: KEYS }, (_, i) => ({
    key: `k${i}`,
    value: `${tag}${i}`,
    partition: 0,
  }))
  await producer.send({ topic, messages })
}

describe('compacted partition', () => {
  it('is read to its end although whole batches are empty, by reader and consumer', async () => {
    const topic = await scene.test.topic({ config })
    // Each has a producer of its own, because the last batch of each producer is kept even if it is
    // empty.
    for (const tag of ['a', 'b', 'c', 'd']) await write(topic, tag)
    const compacted = await eventually(
      'the log cleaner',
      async () => {
        // A segment is closed when the next record after its time comes.
        await write(topic, 'z')
        const { end, values } = await scene.test.readAll({ topic, partition: 0 })
        return values[0]?.startsWith('z') === true && end > values.length
          ? { end, values }
          : undefined
      },
      60_000,
    )
    expect(new Set(compacted.values.map((value) => value.slice(1))).size).toBe(KEYS)
    const before = scene.test.proxy.requestCount(kafkaApi.fetch)
    const { consumer, crashes, values } = await startCollecting(scene.test.proxied, {
      groupId: scene.test.unique('group'),
      topics: [topic],
      batchBytesMax: 200,
    })
    await eventually('the consumer to reach the end', () => {
      const [progress] = consumer.progress()
      return progress !== undefined && progress.position >= compacted.end
    })
    await consumer.close()
    expect(values.length).toBeGreaterThanOrEqual(KEYS)
    expect(crashes).toEqual([])
    expect(scene.test.proxy.requestCount(kafkaApi.fetch) - before).toBeLessThan(500)
  }, 90_000)
})
