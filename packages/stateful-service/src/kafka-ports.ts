import { type KafkaClient, KafkaError } from '@wabastream/kafka'
import { type StatefulOptions } from '@wabastream/processing'

/** The ports of the stateful loop that are Kafka's alone. */
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
      // Not an empty one, at which the state on disk would seem to be of another.
      throw new KafkaError('unavailable', `the ends of ${topic}-${partition} are not known`)
    },
  }
}
