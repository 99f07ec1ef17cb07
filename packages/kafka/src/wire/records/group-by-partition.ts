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
 * In place of producer/groupMessagesPerPartition.js, which copies its list for every message. And
 * what is for a partition that the client has not heard of yet, as it was added a moment ago, is
 * left out of the request there, and the send succeeds without it; here it throws what the client
 * takes for a reason to ask again.
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
