import { type TopicNames } from '@wabastream/contracts'
import { type KafkaAdmin, KafkaError } from '@wabastream/kafka'

/** Throws `wrong_partition_count` when a topic written to has another count than configured. */
export async function assertPartitions(
  admin: Pick<KafkaAdmin, 'partitionCounts'>,
  topics: Pick<TopicNames, 'deadLetters' | 'decoded' | 'events' | 'raw'>,
  partitions: number,
): Promise<void> {
  const written = [topics.events, topics.decoded, topics.deadLetters]
  const counts = await admin.partitionCounts([...written, topics.raw])
  const wrong = written.filter((topic) => counts.get(topic) !== partitions)
    .map((topic) => `${topic} has ${counts.get(topic)} partitions instead of ${partitions}`)
  if (wrong.length > 0) throw new KafkaError('wrong_partition_count', wrong.join('; '))
}

export function isWrongPartitionCount(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'wrong_partition_count'
}
