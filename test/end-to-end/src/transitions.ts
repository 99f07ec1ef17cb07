import { type StatusTransition, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type KafkaRecord } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec } from '@wabastream/schema-registry'

export interface KeyedTransition extends StatusTransition {
  /** Key of the record: the timeline's. */
  readonly key: string
}

/** Every transition that a read_committed reader sees, from the first offset to the end. */
export async function readCommittedTransitions(
  kafka: KafkaClient,
  schemaRegistryUrl: string,
): Promise<readonly KeyedTransition[]> {
  const codec = createAvroCodec({ url: schemaRegistryUrl })
  await codec.register()
  const { transitions: topic } = topicNames(1)
  const found: KeyedTransition[] = []
  const reader = kafka.partitionReader()
  for (const [partition, offset] of await kafka.admin.startOffsets(topic)) {
    await reader.readToEnd({ topic, partition, offset }, async ({ records }) => {
      found.push(...(await decodeTransitions(records, codec)))
    })
  }
  await reader.close()
  return found
}

/** Of any version. Throws when something else is among them. */
export async function decodeTransitions(
  records: readonly KafkaRecord[],
  codec: Pick<AvroCodec, 'decode' | 'prepare'>,
): Promise<readonly KeyedTransition[]> {
  const found: KeyedTransition[] = []
  for (const record of records) {
    const value = record.value ?? new Uint8Array()
    await codec.prepare(value)
    const { type, data } = codec.decode(value)
    if (type !== 'StatusTransition') throw new Error(`${type} among the transitions`)
    found.push({ ...data, key: record.keyText() ?? '' })
  }
  return found
}
