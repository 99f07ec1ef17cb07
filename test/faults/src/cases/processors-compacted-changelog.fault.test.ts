// Goal: a state that is restored while its changelog is compacted is the right one. Method: let
// Kafka compact it all the time, and under load kill the processor and delete its state again and again.
import { rm } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { faultCase } from '../harness/fault-case.ts'

const ROUNDS = 4
const PART = { count: 900, ratePerSecond: 150 }

faultCase(import.meta.url, {
  title: 'restores the right state from a changelog that is being compacted',
  pipeline: {
    cluster: 'single',
    brokerProperties: { 'log.cleaner.backoff.ms': '200' },
    topics: { timelines: { 'segment.ms': '1000', 'min.cleanable.dirty.ratio': '0.001' } },
  },
  deadlineMs: 300_000,
  async play({ pipeline, load, faults }) {
    const processor = pipeline.instance('timeline-processor')
    await load.send(PART)
    for (let round = 0; round < ROUNDS; round++) {
      const sending = load.sendAgain(PART.ratePerSecond)
      await faults.inject('kill -9 and loss of the state', async () => {
        await processor.kill()
        await rm(processor.environment['STATE_DIR'] ?? '', { recursive: true })
        await processor.start()
      }, { recovers: 'timeline-processor' })
      await sending
      await load.send(PART)
    }
    const { held, written } = await readChangelog(pipeline.kafka)
    expect(held).toBeLessThan(written * 0.9)
  },
})

/** Records that the changelog still holds, and offsets given out in it. */
async function readChangelog(
  kafka: Parameters<Parameters<typeof faultCase>[1]['play']>[0]['pipeline']['kafka'],
): Promise<{ readonly held: number; readonly written: number }> {
  const { timelines: topic } = topicNames(1)
  const reader = kafka.partitionReader()
  let [held, written] = [0, 0]
  for (const [partition, end] of await kafka.admin.endOffsets(topic)) {
    written += end
    await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
      held += records.length
    })
  }
  await reader.close()
  return { held, written }
}
