import { type KafkaClient, KafkaError } from '@wabastream/kafka'
import { type StatefulOptions } from '@wabastream/processing'

/** The stateful loop's ports to Kafka. */
export function createKafkaPorts(
  kafka: KafkaClient,
  groupId: string,
): Pick<
  StatefulOptions<never, never>,
  'createWriter' | 'createReader' | 'readCommittedOffset' | 'readBounds'
> {
  return {
    createWriter: ({ topic, partition }) =>
      kafka.transactionalWriter({ transactionalId: `${groupId}-${topic}-${partition}` }),
    createReader: () => kafka.partitionReader(),
    readCommittedOffset: async ({ topic, partition }) =>
      (await kafka.admin.committedOffsets(groupId, topic)).get(partition),
    readBounds: async ({ topic, partition }) => {
      const startOffset = (await kafka.admin.startOffsets(topic)).get(partition)
      const endOffset = (await kafka.admin.endOffsets(topic)).get(partition)
      if (startOffset !== undefined && endOffset !== undefined) return { startOffset, endOffset }
      // An empty changelog would make the state on disk seem to belong to another.
      throw new KafkaError('unavailable', `the ends of ${topic}-${partition} are not known`)
    },
  }
}
