import { keyedTopics, topicNames } from '@wabastream/contracts'
import { type KafkaClient, KafkaError, type KafkaErrorCode } from '@wabastream/kafka'

/** Waiting does not help: topics or configuration have to be changed. */
export class PartitionCountError extends Error {
  readonly code = 'WRONG_PARTITION_COUNT'
}

/** Partitions of the topics that may have any number. */
export interface FreePartitions {
  readonly deadLetters: number
  /** Undefined where they can't be seen. */
  readonly raw: number | undefined
}

const UNSEEN: ReadonlySet<KafkaErrorCode> = new Set(['not_allowed', 'unknown_topic'])

type Admin = Pick<KafkaClient['admin'], 'partitionCounts'>

/** The keyed topics must have the partitions configured: one number leads from each to the next. */
export async function readPartitions(
  admin: Admin,
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): Promise<FreePartitions> {
  const { raw, deadLetters } = topicNames(generation)
  const keyed = keyedTopics(generation)
  const counts = await admin.partitionCounts([deadLetters, ...keyed])
  const wrong = keyed.filter((topic) => counts.get(topic) !== partitions)
  if (wrong.length > 0) {
    throw new PartitionCountError(
      `PARTITIONS is ${partitions}, which differs from the topics ` +
        wrong.map((topic) => `${topic} (${counts.get(topic)})`).join(', '),
    )
  }
  return { deadLetters: counts.get(deadLetters) ?? 1, raw: await countRaw(admin, raw) }
}

/** Neither its being there nor the right to see it is needed for anything else. */
async function countRaw(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    return (await admin.partitionCounts([topic])).get(topic)
  } catch (error) {
    if (error instanceof KafkaError && UNSEEN.has(error.code)) return undefined
    throw error
  }
}
