import { type BatchContext } from '@wabastream/processing'
import { type AssignedPartition } from './assignment/assigned-partition.ts'
import { failureOf, isGroupMoved, KafkaError, toKafkaError } from '../wire/kafka-error.ts'

interface ContextSettings {
  readonly heartbeat: () => Promise<void>
  /** True once the consumer itself ends. */
  readonly isOver: () => boolean
  /** The answer to a heartbeat was that the group no longer knows this assignment. */
  readonly onGroupMoved: () => void
  readonly onError: (error: KafkaError) => void
}

/** What a handler may ask while it works on a batch of this partition. */
export function createBatchContext(
  partition: AssignedPartition,
  settings: ContextSettings,
): BatchContext {
  const isStale = (): boolean => partition.isEnded || settings.isOver()
  const stale = (cause?: unknown): KafkaError => {
    const message = `${partition.topic}-${partition.partition} is taken away`
    return new KafkaError('stale_assignment', message, cause)
  }
  return {
    isStale,
    heartbeat: async () => {
      if (isStale()) throw stale()
      try {
        await settings.heartbeat()
      } catch (error) {
        if (isGroupMoved(failureOf(error))) {
          settings.onGroupMoved()
          throw stale(error)
        }
        // At worst, a broker that is away for a while costs the membership, and that is reported
        // later.
        settings.onError(toKafkaError(error, 'heartbeat'))
      }
    },
  }
}
