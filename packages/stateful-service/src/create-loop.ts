import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import {
  type BeginTraces,
  createDeadLetterSender,
  splitLatencyBudget,
  type StatefulLimits,
  StatefulLoop,
  type StatefulObserver,
  type TopicPartition,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { openLmdbStateStore } from '@wabastream/state-store'
import { createKafkaPorts } from './kafka-ports.ts'
import { type FreePartitions } from './start-checks.ts'
import { type StatefulConfig, type StatefulServiceDefinition } from './stateful-service.ts'
import { topicsOf } from './stateful-topics.ts'

export interface StatefulLoopParts<Config extends StatefulConfig, Event, State> {
  readonly definition: StatefulServiceDefinition<Config, Event, State>
  readonly config: Config
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  readonly partitions: FreePartitions
  readonly observer: StatefulObserver
  readonly onCrash: (error: Error) => void
  readonly beginTraces?: BeginTraces | undefined
}

/** The loop of a stateful service, on Kafka and LMDB. */
export function createStatefulLoop<Config extends StatefulConfig, Event, State>(
  parts: StatefulLoopParts<Config, Event, State>,
): StatefulLoop<Event, State> {
  const { beginTraces, codec, config, definition, kafka, observer, onCrash, partitions } = parts
  const { generation, sessionTimeoutMs } = config
  const { input, changelog } = topicsOf(definition, generation)
  const groupId = consumerGroup(definition.service, generation)
  const limits = toLimits(config, partitions)
  const { periodMs, phaseMs } = splitLatencyBudget(config.latencyBudgetMs)
  return new StatefulLoop({
    groupId,
    observer,
    onCrash,
    beginTraces,
    limits,
    changelogTopic: changelog,
    serde: definition.createSerde(codec),
    processor: definition.createProcessor({ codec, config, expiryMs: limits.expiryMs }),
    failuresMax: config.failuresMax,
    now: Date.now,
    waitMs: (durationMs) => delay(durationMs),
    openStore: (partition) => openStore(partition, groupId, config),
    reject: createDeadLetterSender({
      codec,
      generation,
      stage: definition.service,
      producer: kafka.chainedProducer(),
      topic: topicNames(generation).deadLetters,
      partitions: partitions.deadLetters,
    }),
    createConsumer: (handlers) =>
      kafka.batchConsumer({
        groupId,
        topics: [input],
        handlers,
        sessionTimeoutMs,
        fetchSpacingMs: periodMs,
        fetchPhaseMs: phaseMs.transaction,
        protocol: protocolOf(definition),
      }),
    ...createKafkaPorts(kafka, groupId),
  })
}

/** None for the first version, whose processes had none. */
function protocolOf({
  stateVersion = 1,
}: Pick<StatefulServiceDefinition<never, never, never>, 'stateVersion'>): string | undefined {
  return stateVersion === 1 ? undefined : `state-${stateVersion}`
}

/** The generation is part of the folder's name, so that two generations can run side by side. */
function openStore(
  { topic, partition }: TopicPartition,
  groupId: string,
  { stateDir }: StatefulConfig,
): ReturnType<typeof openLmdbStateStore> {
  return openLmdbStateStore({
    directory: join(stateDir, groupId, `${topic}-${partition}`),
    identity: `${groupId} ${topic}-${partition}`,
  })
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function toLimits(config: StatefulConfig, { raw }: FreePartitions): StatefulLimits {
  return {
    runRecordsMax: config.transactionRecordsMax,
    runBytesMax: config.transactionBytesMax,
    expiryMs: config.expiryDays * DAY_MS,
    sourceCount: raw,
    silenceMaxMs: DAY_MS,
    sweepDelayMs: config.sweepDelayMinutes * MINUTE_MS,
    sweepSizeMax: config.sweepSizeMax,
    cacheAgeMaxMs: config.stateAgeHoursMax * HOUR_MS,
  }
}
