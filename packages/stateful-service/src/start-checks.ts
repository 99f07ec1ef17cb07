import { topicNames } from '@wabastream/contracts'
import { type KafkaClient, KafkaError, type KafkaErrorCode } from '@wabastream/kafka'
import { assertPartitionCounts } from '@wabastream/processing'

/** Partitions of the topics that may have any number. */
export interface FreePartitions {
  readonly deadLetters: number
  /** Undefined if they can't be seen. */
  readonly raw: number | undefined
}

const UNSEEN: ReadonlySet<KafkaErrorCode> = new Set(['not_allowed', 'unknown_topic'])

type Admin = Pick<KafkaClient['admin'], 'partitionCounts'>

/**
 * Keyed topics must have the configured number of partitions, because partition p of one leads to
 * partition p of the next.
 */
export async function readPartitions(
  admin: Admin,
  {
    generation,
    partitions,
    keyed,
  }: {
    readonly generation: number
    readonly partitions: number
    readonly keyed: readonly string[]
  },
): Promise<FreePartitions> {
  const { raw, deadLetters } = topicNames(generation)
  const counts = await admin.partitionCounts([deadLetters, ...keyed])
  assertPartitionCounts(keyed, counts, partitions)
  return { deadLetters: counts.get(deadLetters) ?? 1, raw: await countRaw(admin, raw) }
}

/** Nothing else needs this topic, or the right to see it. */
async function countRaw(admin: Admin, topic: string): Promise<number | undefined> {
  try {
    return (await admin.partitionCounts([topic])).get(topic)
  } catch (error) {
    if (error instanceof KafkaError && UNSEEN.has(error.code)) return undefined
    throw error
  }
}
