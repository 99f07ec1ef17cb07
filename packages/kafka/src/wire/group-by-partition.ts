import { type WireMessage } from './record-writer.ts'

interface Grouping {
  readonly topic: string
  readonly partitionMetadata: readonly unknown[]
  readonly messages: readonly WireMessage[]
  readonly partitioner: (choice: {
    readonly topic: string
    readonly partitionMetadata: readonly unknown[]
    readonly message: WireMessage
  }) => number
}

/** In place of producer/groupMessagesPerPartition.js, which copies its list for every message. */
export function groupByPartition(grouping: Grouping): Record<string, readonly WireMessage[]> {
  const { messages, partitionMetadata, partitioner, topic } = grouping
  const groups: Record<string, WireMessage[]> = {}
  if (partitionMetadata.length === 0) return groups
  for (const message of messages) {
    const partition = message.partition ?? partitioner({ topic, partitionMetadata, message })
    const group = groups[partition]
    if (group === undefined) groups[partition] = [message]
    else group.push(message)
  }
  return groups
}
