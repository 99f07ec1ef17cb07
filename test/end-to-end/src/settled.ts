import { pipelineConsumers, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { eventually } from '@wabastream/testing'

const { raw } = topicNames(1)

/** Resolves when every group has committed the end of what it reads, in the order of the flow. */
export async function untilSettled(
  kafka: KafkaClient,
  timeoutMs: number,
  generation: number = 1,
): Promise<void> {
  const all = pipelineConsumers(generation).flatMap(({ group, topics }) =>
    topics.map((topic) => ({ group, topic })),
  )
  for (const { group, topic } of all) {
    await eventually(
      `${group} has done all of ${topic}`,
      async () => {
        const [ends, committed] = await Promise.all([
          kafka.admin.endOffsets(topic),
          kafka.admin.committedOffsets(group, topic),
        ])
        return [...ends].every(([partition, end]) => end === 0 || committed.get(partition) === end)
      },
      timeoutMs,
    )
  }
}

/** Records of the raw topic: its offsets are contiguous. */
export async function countRawRecords(kafka: KafkaClient): Promise<number> {
  const ends = await kafka.admin.endOffsets(raw)
  return [...ends.values()].reduce((sum, end) => sum + end, 0)
}
