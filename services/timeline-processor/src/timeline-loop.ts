import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { type KafkaClient, KafkaError } from '@wabastream/kafka'
import {
  type BeginTraces,
  StatefulLoop,
  type StatefulLimits,
  type StatefulObserver,
  type StatefulOptions,
  type TopicPartition,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { openLmdbStateStore } from '@wabastream/state-store'
import { type TimelineConfig } from './config.ts'
import { createDeadLetterSender } from '@wabastream/stateful-service'
import { createTimelineSerde } from './timeline-serde.ts'
import { createTimelineStep } from './timeline-step.ts'

export interface TimelineLoopParts {
  readonly config: TimelineConfig
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  /** Partitions of the dead letters topic. */
  readonly deadLetterPartitions: number
  /** Partitions of the raw topic, where they are known. */
  readonly rawPartitions: number | undefined
  readonly observer: StatefulObserver
  readonly onCrash: (error: Error) => void
  readonly beginTraces?: BeginTraces | undefined
}

/** The loop of the timeline step, on Kafka and LMDB. */
export function createTimelineLoop(parts: TimelineLoopParts) {
  const { beginTraces, config, kafka, codec, observer, onCrash } = parts
  const { events, timelines, transitions } = topicNames(config.generation)
  const groupId = consumerGroup('timeline-processor', config.generation)
  const limits = toLimits(parts)
  return new StatefulLoop({
    groupId,
    observer,
    onCrash,
    beginTraces,
    changelogTopic: timelines,
    limits,
    serde: createTimelineSerde(codec),
    processor: createTimelineStep({
      codec,
      transitionsTopic: transitions,
      expiryMs: limits.expiryMs,
    }),
    failuresMax: config.failuresMax,
    now: Date.now,
    waitMs: (durationMs) => delay(durationMs),
    openStore: (input) =>
      openLmdbStateStore({
        directory: toFolder(input, groupId, config),
        identity: `${groupId} ${input.topic}-${input.partition}`,
      }),
    setAside: createSetAside(parts),
    createConsumer: (handlers) =>
      kafka.batchConsumer({
        groupId,
        topics: [events],
        handlers,
        sessionTimeoutMs: config.sessionTimeoutMs,
      }),
    ...createPorts(kafka, groupId),
  })
}

function createPorts(
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
      throw new KafkaError('unavailable', `the ends of ${topic}-${partition} are not told`)
    },
  }
}

function createSetAside({ config, kafka, codec, deadLetterPartitions }: TimelineLoopParts) {
  const { generation } = config
  return createDeadLetterSender({
    codec,
    generation,
    producer: kafka.chainedProducer(),
    topic: topicNames(generation).deadLetters,
    partitions: deadLetterPartitions,
  })
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function toLimits({ config, rawPartitions }: TimelineLoopParts): StatefulLimits {
  return {
    runRecordsMax: config.transactionRecordsMax,
    runBytesMax: config.transactionBytesMax,
    expiryMs: config.expiryDays * DAY_MS,
    sourceCount: rawPartitions,
    silenceMaxMs: DAY_MS,
    sweepDelayMs: config.sweepDelayMinutes * MINUTE_MS,
    sweepSizeMax: config.sweepSizeMax,
    cacheAgeMaxMs: config.stateAgeHoursMax * HOUR_MS,
  }
}

/** The generation is part of the name, so that two of them can run side by side. */
function toFolder(input: TopicPartition, groupId: string, { stateDir }: TimelineConfig): string {
  return join(stateDir, groupId, `${input.topic}-${input.partition}`)
}
