import { consumerGroup, type ServiceName, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'

const { raw, events, timelines, transitions, decoded, deadLetters } = topicNames(1)
const INPUTS: Readonly<Record<Exclude<ServiceName, 'ingestor'>, readonly string[]>> = {
  decoder: [raw],
  'timeline-processor': [events],
  'clickhouse-sink': [events, timelines, transitions, decoded, deadLetters],
}

export type Reader = keyof typeof INPUTS

export interface GroupProgress {
  /** Sum of the positions that the group committed. */
  readonly committed: number
  /** Records and markers between them and the ends. */
  readonly left: number
}

/** How far a service's consumer group has come with everything that it reads. */
export async function readGroupProgress(kafka: KafkaClient, service: Reader): Promise<GroupProgress> {
  let [committed, left] = [0, 0]
  for (const topic of INPUTS[service]) {
    const [ends, positions] = await Promise.all([
      kafka.admin.endOffsets(topic),
      kafka.admin.committedOffsets(consumerGroup(service, 1), topic),
    ])
    for (const [partition, end] of ends) {
      const position = positions.get(partition) ?? 0
      committed += position
      left += Math.max(0, end - position)
    }
  }
  return { committed, left }
}
