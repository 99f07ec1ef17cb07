import { keyedTopics, type ReaderName, readTopics, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { assertPartitionCounts } from '@wabastream/processing'

/** Resolves with the partitions of the dead letters; throws when the keyed topics do not match. */
export async function readPartitions(
  admin: Pick<KafkaClient['admin'], 'partitionCounts'>,
  {
    generation,
    partitions,
    service,
  }: {
    readonly generation: number
    readonly partitions: number
    readonly service: ReaderName
  },
): Promise<{ readonly deadLetters: number }> {
  const { deadLetters } = topicNames(generation)
  const topics = readTopics(service, generation)
  const keyed = keyedTopics(generation).filter((topic) => topics.includes(topic))
  const counts = await admin.partitionCounts([...new Set([...topics, deadLetters])])
  assertPartitionCounts(keyed, counts, partitions)
  return { deadLetters: counts.get(deadLetters) ?? 1 }
}
