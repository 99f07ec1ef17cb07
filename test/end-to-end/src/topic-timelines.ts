import { type MessageTimeline, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { nameRungs, type StoredTimeline } from './stored-timelines.ts'

/** The last record of a key in the timelines topic. */
export interface TopicTimeline {
  readonly partition: number
  readonly key: string
  /** Undefined for a tombstone: the message was forgotten. */
  readonly timeline: ToldTimeline | undefined
}

/**
 * What a record says: the fields of rows, and all other times of its rungs, as the oracle has them.
 */
export interface ToldTimeline extends StoredTimeline {
  readonly laterTimes: string
}

/**
 * The current timeline of each key, as a read_committed reader finds it in the topic; a key in two
 * partitions comes twice. Throws if the topic holds anything else.
 */
export async function readTopicTimelines(
  kafka: KafkaClient,
  schemaRegistryUrl: string,
  generation: number = 1,
): Promise<readonly TopicTimeline[]> {
  const codec = createAvroCodec({ url: schemaRegistryUrl })
  await codec.register()
  const { timelines: topic } = topicNames(generation)
  const found: TopicTimeline[] = []
  const reader = kafka.partitionReader()
  for (const [partition, offset] of await kafka.admin.startOffsets(topic)) {
    const last = new Map<string, Uint8Array | null>()
    await reader.readToEnd({ topic, partition, offset }, ({ records }) => {
      for (const record of records) last.set(record.keyText() ?? '', record.value?.slice() ?? null)
    })
    for (const [key, value] of last) {
      if (value === null) {
        found.push({ partition, key, timeline: undefined })
        continue
      }
      await codec.prepare(value)
      const { type, data } = codec.decode(value)
      if (type !== 'MessageTimeline') throw new Error(`${type} among the timelines`)
      found.push({ partition, key, timeline: toStored(data) })
    }
  }
  await reader.close()
  return found
}

/** All fields except the two that depend on the order of events. */
export function toStored(timeline: MessageTimeline): ToldTimeline {
  const { anchorDay: _, headless: __, laterTimes, reactions, rungs, ...rest } = timeline
  const times = laterTimes.map(({ rung, at }) => `${rung} ${at}`)
  return {
    ...rest,
    rungs: nameRungs(rungs),
    laterTimes: times.join(', '),
    reactions: reactions.map(({ actor, emoji }) => `${actor} ${emoji ?? ''}`).join(', '),
  }
}
