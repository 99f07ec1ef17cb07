import { topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'

/** Waiting does not help: topics or configuration have to be changed. */
export class PartitionCountError extends Error {
  readonly code = 'WRONG_PARTITION_COUNT'
}

/**
 * Resolves with the partitions of the dead letters. Events, timelines and transitions must have the
 * partitions configured: one number of partition leads from each to the next.
 */
export async function readPartitions(
  admin: Pick<KafkaClient['admin'], 'partitionCounts'>,
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): Promise<{ readonly deadLetters: number }> {
  const { events, timelines, transitions, deadLetters } = topicNames(generation)
  const keyed = [events, timelines, transitions]
  const counts = await admin.partitionCounts([deadLetters, ...keyed])
  const wrong = keyed.filter((topic) => counts.get(topic) !== partitions)
  if (wrong.length > 0) {
    throw new PartitionCountError(`PARTITIONS is ${partitions}, which differs from the topics ` +
      wrong.map((topic) => `${topic} (${counts.get(topic)})`).join(', '))
  }
  return { deadLetters: counts.get(deadLetters) ?? 1 }
}
