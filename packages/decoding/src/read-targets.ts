import { type TopicNames } from '@wabastream/contracts'
import { type KafkaAdmin, KafkaError } from '@wabastream/kafka'
import { PartitionCountError } from '@wabastream/processing'

/** A topic that is written to. */
export interface Target {
  readonly topic: string
  readonly partitions: number
}

/** The topics that the decoder writes to. */
export interface Targets {
  readonly events: Target
  readonly decoded: Target
  readonly deadLetters: Target
}

/**
 * Looks the topics up. Throws `unknown_topic` while one is missing, and PartitionCountError when
 * the events topic differs from the configuration, because then timelines would be looked for in
 * other partitions.
 */
export async function readTargets(
  admin: Pick<KafkaAdmin, 'partitionCounts'>,
  topics: Pick<TopicNames, 'deadLetters' | 'decoded' | 'events' | 'raw'>,
  eventPartitions: number,
): Promise<Targets> {
  const { deadLetters, decoded, events, raw } = topics
  const counts = await admin.partitionCounts([deadLetters, decoded, events, raw])
  const toTarget = (topic: string): Target => ({ topic, partitions: counts.get(topic) ?? 1 })
  const targets = {
    events: toTarget(events),
    decoded: toTarget(decoded),
    deadLetters: toTarget(deadLetters),
  }
  const { partitions } = targets.events
  if (partitions === eventPartitions) return targets
  throw new PartitionCountError(
    `${events} has ${partitions} partitions instead of ${eventPartitions}`,
  )
}

/**
 * The brokers must stamp the raw topic, because their times bound received-at. Passes if the
 * settings of the topic may not be read.
 */
export async function checkRawTimes(
  admin: Pick<KafkaAdmin, 'topicStates'>,
  raw: string,
): Promise<void> {
  for (const { config } of await readStates(admin, raw)) {
    const type = config.get(TIMESTAMP_TYPE)
    if (type === undefined || type === 'LogAppendTime') continue
    throw new RawTopicError(
      `${raw} has ${TIMESTAMP_TYPE}=${type} instead of LogAppendTime, so one ` +
        'wrong clock could age or forget everything: wabastream topics --alter',
    )
  }
}

const TIMESTAMP_TYPE = 'message.timestamp.type'

/** Waiting helps: it passes once the topic is changed. */
export class RawTopicError extends Error {
  readonly code = 'raw_topic_broken'
}

async function readStates(
  admin: Pick<KafkaAdmin, 'topicStates'>,
  topic: string,
): ReturnType<KafkaAdmin['topicStates']> {
  try {
    return await admin.topicStates([topic])
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'not_allowed') return []
    throw error
  }
}
