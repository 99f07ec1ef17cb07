import { type TopicNames } from '@wabastream/contracts'
import { type KafkaAdmin, KafkaError } from '@wabastream/kafka'

/** A topic that is written to. */
export interface Target {
  readonly topic: string
  readonly partitions: number
}

/** The topics that the decoder writes to. */
export interface Targets {
  readonly events: Target
  readonly decoded: Target
  readonly deadLetters: Target
}

/**
 * Looks the topics up. Throws `unknown_topic` while one is missing, and `wrong_partition_count`
 * when the events topic differs from the configuration: timelines would be looked for elsewhere.
 */
export async function readTargets(
  admin: Pick<KafkaAdmin, 'partitionCounts'>,
  topics: Pick<TopicNames, 'deadLetters' | 'decoded' | 'events' | 'raw'>,
  eventPartitions: number,
): Promise<Targets> {
  const { deadLetters, decoded, events, raw } = topics
  const counts = await admin.partitionCounts([deadLetters, decoded, events, raw])
  const toTarget = (topic: string): Target => ({ topic, partitions: counts.get(topic) ?? 1 })
  const targets = {
    events: toTarget(events), decoded: toTarget(decoded), deadLetters: toTarget(deadLetters),
  }
  const { partitions } = targets.events
  if (partitions === eventPartitions) return targets
  const message = `${events} has ${partitions} partitions instead of ${eventPartitions}`
  throw new KafkaError('wrong_partition_count', message)
}

export function isWrongPartitionCount(error: unknown): boolean {
  return error instanceof KafkaError && error.code === 'wrong_partition_count'
}
