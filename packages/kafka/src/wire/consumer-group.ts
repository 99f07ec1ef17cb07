import { type TopicPartition } from '@wabastream/processing'

/** The few members of the client's class that are needed. */
interface ConsumerGroup {
  readonly memberId: string | null
  pause(partitions: readonly { readonly topic: string; readonly partitions: number[] }[]): void
}

export interface ConsumerGroupClass {
  readonly prototype: ConsumerGroup & {
    recoverFromOffsetOutOfRange(this: ConsumerGroup, error: TopicPartition): Promise<void>
  }
}

/** The position that a group member asked for is no longer, or not yet, in the log. */
export interface PositionLost extends TopicPartition {
  readonly memberId: string
}

type Listener = (lost: PositionLost) => void

const listeners = new Set<Listener>()

/** Calls back for every group of the process. Returns a function that ends that. */
export function onPositionLost(listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/**
 * Amends consumer/consumerGroup.js, which would replace the group's offset by a default and read on
 * from there as if nothing had been skipped. The partition is no longer fetched.
 */
export function haltOutOfRange(shipped: ConsumerGroupClass): ConsumerGroupClass {
  shipped.prototype.recoverFromOffsetOutOfRange = async function halt({ partition, topic }) {
    this.pause([{ topic, partitions: [partition] }])
    const memberId = this.memberId ?? ''
    for (const listener of listeners) listener({ memberId, topic, partition })
  }
  return shipped
}
