import { setTimeout as delay } from 'node:timers/promises'
import type { OffsetsByTopicPartition } from 'kafkajs'
import { type CommittedPosition } from '@wabastream/processing'
import { failureOf, isGroupMoved, KafkaError, toKafkaError } from '../wire/kafka-error.ts'

export type CommitOffsets = (offsets: OffsetsByTopicPartition) => Promise<void>

const COMMIT_MS_MAX = 30_000
const RETRY_MS = 100

function toOffsets(positions: readonly CommittedPosition[]): OffsetsByTopicPartition {
  const topics = Map.groupBy(positions, ({ topic }) => topic)
  return {
    topics: [...topics].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map(({ metadata, offset, partition }) => ({
        partition,
        offset: String(offset),
        ...(metadata === undefined ? {} : { metadata }),
      })),
    })),
  }
}

/**
 * Commits as the member and generation that received the batches. The client's own retry would
 * repeat a commit under a later generation, for partitions that another member has by then.
 */
export async function commitOffsets(
  positions: readonly CommittedPosition[],
  options: {
    readonly commit: CommitOffsets | undefined
    readonly isStale: () => boolean
    /** The answer was that the group no longer knows this member or generation. */
    readonly onGroupMoved: () => void
  },
): Promise<void> {
  if (positions.length === 0) return
  const deadline = performance.now() + COMMIT_MS_MAX
  for (;;) {
    if (options.commit === undefined || options.isStale()) {
      throw new KafkaError('stale_assignment', 'the partition is not, or no longer, assigned')
    }
    try {
      return await options.commit(toOffsets(positions))
    } catch (error) {
      const failure = failureOf(error)
      if (isGroupMoved(failure)) {
        options.onGroupMoved()
        throw new KafkaError('stale_assignment', 'the group has moved on', error)
      }
      if (!failure.isRetriable || performance.now() > deadline) {
        throw toKafkaError(error, 'committing offsets')
      }
      await delay(RETRY_MS)
    }
  }
}
