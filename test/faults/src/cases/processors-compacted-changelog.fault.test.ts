// Goal: a state that is restored while its changelog is compacted is the right one. Method: let
// Kafka compact it all the time, and under load kill the processor and delete its state again and
// again; between any two losses some records of the changelog must have gone.
import { rm } from 'node:fs/promises'
import { expect } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const ROUNDS = 4
/** Records, of the thousand and more that a part writes. */
const COMPACTED_MIN = 50
const PART = { count: 900, ratePerSecond: 150 }

faultCase(import.meta.url, {
  title: 'restores the right state from a changelog that is being compacted',
  pipeline: {
    cluster: 'single',
    brokerProperties: { 'log.cleaner.backoff.ms': '200' },
    topics: {
      timelines: {
        'segment.ms': '1000',
        'min.cleanable.dirty.ratio': '0.001',
        'min.compaction.lag.ms': '0',
      },
    },
  },
  deadlineMs: 300_000,
  async play({ pipeline, load, faults }) {
    const processor = pipeline.instance('timeline-processor')
    await load.send(PART)
    let held = await readChangelog(pipeline.kafka)
    const compacted: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const sending = load.sendAgain(PART.ratePerSecond)
      await faults.inject(
        'kill -9 and loss of the state',
        async () => {
          await processor.kill()
          await rm(processor.environment['STATE_DIR'] ?? '', { recursive: true })
          await processor.start()
        },
        { recovers: 'timeline-processor' },
      )
      await sending
      await load.send(PART)
      const now = await readChangelog(pipeline.kafka)
      compacted.push([...held].filter((place) => !now.has(place)).length)
      held = now
    }
    faults.measure({ compactedPerRound: Math.min(...compacted) })
    expect(Math.min(...compacted)).toBeGreaterThan(COMPACTED_MIN)
  },
})

/** Offsets of the records that the changelog holds now, without transaction markers. */
async function readChangelog(kafka: FaultScene['pipeline']['kafka']): Promise<ReadonlySet<string>> {
  const { timelines: topic } = topicNames(1)
  const reader = kafka.partitionReader()
  const held = new Set<string>()
  for (const [partition] of await kafka.admin.endOffsets(topic)) {
    await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
      for (const { offset } of records) held.add(`${partition} @ ${offset}`)
    })
  }
  await reader.close()
  return held
}
