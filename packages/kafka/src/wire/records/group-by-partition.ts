import { type WireMessage } from './record-writer.ts'

interface Grouping {
  readonly topic: string
  readonly partitionMetadata: readonly { readonly partitionId: number }[]
  readonly messages: readonly WireMessage[]
  readonly partitioner: (choice: {
    readonly topic: string
    readonly partitionMetadata: readonly { readonly partitionId: number }[]
    readonly message: WireMessage
  }) => number
}

export interface MetadataErrorClass {
  new (message: string): Error
}

/**
 * Replaces producer/groupMessagesPerPartition.js, which copies its list for every message. That
 * file also leaves out records for a partition that the client does not know yet, because it was
 * just added, and the send succeeds without them. This one throws an error that makes the client
 * ask for metadata again.
 */
export function createGroupByPartition(
  NotLoaded: MetadataErrorClass,
): (grouping: Grouping) => Record<string, readonly WireMessage[]> {
  return function groupByPartition({ messages, partitionMetadata, partitioner, topic }) {
    const groups: Record<string, WireMessage[]> = {}
    if (partitionMetadata.length === 0) return groups
    for (const message of messages) {
      const partition = message.partition ?? partitioner({ topic, partitionMetadata, message })
      const group = groups[partition]
      if (group !== undefined) {
        group.push(message)
        continue
      }
      if (!partitionMetadata.some(({ partitionId }) => partitionId === partition)) {
        throw new NotLoaded(`the client knows no partition ${partition} of ${topic} yet`)
      }
      groups[partition] = [message]
    }
    return groups
  }
}
