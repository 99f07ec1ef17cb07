import { describe, expect, it } from '@jest/globals'
import { consumerGroup, pipelineConsumers, topicNames } from '@wabastream/contracts'
import { type LogPositions, waitUntilSettled } from './settle.ts'

const topics = topicNames(1)
const { signal } = new AbortController()

/** A log in which each look at the committed offsets advances them by one. */
function createMovingLog(stuckTopic?: string): LogPositions & { readonly looks: string[] } {
  const committed = new Map<string, number>()
  const looks: string[] = []
  return {
    looks,
    startOffsets: () =>
      Promise.resolve(
        new Map([
          [0, 0],
          [1, 5],
        ]),
      ),
    endOffsets: () =>
      Promise.resolve(
        new Map([
          [0, 3],
          [1, 5],
        ]),
      ),
    committedOffsets(group, topic) {
      const key = `${group} ${topic}`
      looks.push(key)
      const next = Math.min(3, (committed.get(key) ?? -1) + 1)
      if (topic !== stuckTopic) committed.set(key, next)
      return Promise.resolve(new Map([[0, next]]))
    },
  }
}

describe('waitUntilSettled', () => {
  it('follows the stages in the order of the flow, to the end of each topic', async () => {
    const log = createMovingLog()
    await waitUntilSettled(log, { generation: 1, timeoutMs: 20_000, signal })
    const stages = [...new Set(log.looks)]
    expect(stages).toEqual(
      pipelineConsumers(1).flatMap((consumer) =>
        consumer.topics.map((topic) => `${consumer.group} ${topic}`),
      ),
    )
    const known = new Set([
      `${consumerGroup('decoder', 1)} ${topics.raw}`,
      `${consumerGroup('timeline-processor', 1)} ${topics.events}`,
      ...[
        topics.events,
        topics.timelines,
        topics.transitions,
        topics.decoded,
        topics.deadLetters,
      ].map((topic) => `${consumerGroup('clickhouse-sink', 1)} ${topic}`),
    ])
    expect(stages.filter((stage) => known.has(stage))).toEqual([...known])
  })

  it('says which group hangs where', async () => {
    const log = createMovingLog(topics.timelines)
    await expect(
      waitUntilSettled(log, { generation: 1, timeoutMs: 2_500, signal }),
    ).rejects.toThrow(`clickhouse-sink.g1 has not finished ${topics.timelines}: partitions 0`)
  })

  it('stops waiting when it is asked to', async () => {
    const stopped = {
      generation: 1,
      timeoutMs: 20_000,
      signal: AbortSignal.abort(new Error('stop')),
    }
    await expect(waitUntilSettled(createMovingLog(), stopped)).rejects.toThrow('stop')
  })
})
