import { consumerGroup, topicNames, writtenTopics } from '@wabastream/contracts'
import { type KafkaAdmin, type Offsets } from '@wabastream/kafka'

/**
 * A moment of the pipeline: what the decoder had done, and where that ends in the derived topics.
 */
export interface Checkpoint {
  readonly takenAtMs: number
  /** Raw offsets below these were decoded, by raw partition. */
  readonly decoded: Offsets
  /** Ends of the topics that hold what was made of them. */
  readonly ends: ReadonlyMap<string, Offsets>
}

export type CheckpointAdmin = Pick<KafkaAdmin, 'committedOffsets' | 'endOffsets' | 'startOffsets'>

/**
 * The decoder commits only what it has sent, so everything about its committed offsets lies below
 * ends that are read afterwards.
 */
export async function takeCheckpoint(
  admin: CheckpointAdmin,
  { generation, nowMs }: { readonly generation: number; readonly nowMs: number },
): Promise<Checkpoint> {
  const { raw } = topicNames(generation)
  const committed = await admin.committedOffsets(consumerGroup('decoder', generation), raw)
  const ends = new Map<string, Offsets>()
  for (const topic of writtenTopics('decoder', generation)) {
    ends.set(topic, await admin.endOffsets(topic))
  }
  return { takenAtMs: nowMs, decoded: committed, ends }
}

/**
 * True once the sink has written everything below the ends. From then on nothing of the checkpoint
 * is still on its way: a missing row is really missing.
 */
export async function isWritten(
  admin: CheckpointAdmin,
  { generation, checkpoint }: { readonly generation: number; readonly checkpoint: Checkpoint },
): Promise<boolean> {
  const group = consumerGroup('clickhouse-sink', generation)
  for (const [topic, ends] of checkpoint.ends) {
    const committed = await admin.committedOffsets(group, topic)
    const behind = [...ends].filter(([partition, end]) => (committed.get(partition) ?? 0) < end)
    if (behind.length === 0) continue
    // A partition from which everything was deleted has no position to commit.
    const starts = await admin.startOffsets(topic)
    if (behind.some(([partition, end]) => (starts.get(partition) ?? 0) < end)) return false
  }
  return true
}
