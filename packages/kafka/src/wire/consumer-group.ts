import { type TopicPartition } from '@wabastream/processing'

/** The little of the client's class that is needed. */
interface ConsumerGroup {
  readonly memberId: string | null
  pause(partitions: readonly { readonly topic: string; readonly partitions: number[] }[]): void
}

export interface ConsumerGroupClass {
  readonly prototype: ConsumerGroup & {
    recoverFromOffsetOutOfRange(this: ConsumerGroup, error: TopicPartition): Promise<void>
  }
}

/** The position that a member of a group asked for is no longer, or not yet, in the log. */
export interface PositionLost extends TopicPartition {
  readonly memberId: string
}

type Listener = (lost: PositionLost) => void

const listeners = new Set<Listener>()

/** Tells of every group of the process. Returns how to end that. */
export function onPositionLost(listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/**
 * Amends consumer/consumerGroup.js, which would commit a default offset over the group's own
 * and read on from there as if nothing had been skipped. The partition is not fetched any more.
 */
export function haltOutOfRange(shipped: ConsumerGroupClass): ConsumerGroupClass {
  shipped.prototype.recoverFromOffsetOutOfRange = async function halt({ partition, topic }) {
    this.pause([{ topic, partitions: [partition] }])
    const memberId = this.memberId ?? ''
    for (const listener of listeners) listener({ memberId, topic, partition })
  }
  return shipped
}
