import { consumerGroup, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { eventually } from '@wabastream/testing'

const topics = topicNames(1)
const READERS = [
  [consumerGroup('decoder', 1), topics.raw],
  [consumerGroup('timeline-processor', 1), topics.events],
  [consumerGroup('clickhouse-sink', 1), topics.events],
  [consumerGroup('clickhouse-sink', 1), topics.timelines],
  [consumerGroup('clickhouse-sink', 1), topics.transitions],
  [consumerGroup('clickhouse-sink', 1), topics.decoded],
  [consumerGroup('clickhouse-sink', 1), topics.deadLetters],
] as const

/** Resolves when every group has committed the end of what it reads, in the order of the flow. */
export async function untilSettled(kafka: KafkaClient, timeoutMs: number): Promise<void> {
  for (const [group, topic] of READERS) {
    await eventually(`${group} has done all of ${topic}`, async () => {
      const [ends, committed] = await Promise.all([
        kafka.admin.endOffsets(topic), kafka.admin.committedOffsets(group, topic),
      ])
      return [...ends].every(([partition, end]) => end === 0 || committed.get(partition) === end)
    }, timeoutMs)
  }
}

/** Records of the raw topic: its offsets are contiguous. */
export async function countRawRecords(kafka: KafkaClient): Promise<number> {
  const ends = await kafka.admin.endOffsets(topics.raw)
  return [...ends.values()].reduce((sum, end) => sum + end, 0)
}
