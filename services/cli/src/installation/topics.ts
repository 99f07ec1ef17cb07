import { type NumberTimeZones } from '@wabastream/clickhouse'
import { pipelineTopics, type Topic, topicName } from '@wabastream/contracts'

const DAY_MS = 86_400_000
/** Brokers take a body of 3 MiB with its headers. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024
/** Derived topics can be made again from the raw one; a month allows a consumer to be late. */
const DERIVED_RETENTION_DAYS_MAX = 30
/**
 * A timeline that began again is another record of the same key: a sink that is behind must still
 * find the record before, because both make up the row. It has a week, as long as a group keeps its
 * offsets.
 */
const COMPACTION_LAG_MIN_DAYS = 7
/** A state folder older than this is restored whole, because it may have missed a tombstone. */
const TOMBSTONE_RETENTION_DAYS = 30

export interface TopicSettings {
  readonly generation: number
  readonly partitions: number
  readonly retentionDays: number
  /** Of texts and names in the tables; 0, or nothing, keeps them as long as rows. */
  readonly contentRetentionDays?: number | undefined
  /** Of the views' days; without it they stay as they are. */
  readonly numberTimeZones?: NumberTimeZones | undefined
  /** 0 leaves the choice to the brokers. */
  readonly minInsyncReplicas: number
}

export interface TopicSpec {
  readonly topic: string
  readonly partitions: number
  /**
   * False if keys are bound to partitions, whose number is then fixed for the life of a generation.
   */
  readonly isResizable: boolean
  readonly config: Readonly<Record<string, string>>
}

/** The topics that a generation has to itself. */
export function derivedTopicSpecs(settings: TopicSettings): readonly TopicSpec[] {
  return specsOf(
    pipelineTopics.filter(({ isPerGeneration }) => isPerGeneration),
    settings,
  )
}

/** Every topic of a generation, as it should be made. */
export function topicSpecs(settings: TopicSettings): readonly TopicSpec[] {
  return specsOf(pipelineTopics, settings)
}

function specsOf(topics: readonly Topic[], settings: TopicSettings): readonly TopicSpec[] {
  const { generation, partitions } = settings
  return topics.map((topic) => ({
    topic: topicName(topic, generation),
    partitions,
    isResizable: topic.key === 'none',
    config: configOf(topic, settings),
  }))
}

function configOf(
  { isCompacted, isPerGeneration }: Topic,
  { minInsyncReplicas, retentionDays }: TopicSettings,
): Readonly<Record<string, string>> {
  const always = {
    'max.message.bytes': String(MESSAGE_BYTES_MAX),
    // The brokers' clocks count: otherwise records of a client an hour ahead would be refused, and
    // those of one far behind deleted at once.
    'message.timestamp.type': 'LogAppendTime',
    // Whatever the cluster's default: a broker that packs in its own way does our work again.
    'compression.type': 'producer',
    ...(minInsyncReplicas === 0 ? {} : { 'min.insync.replicas': String(minInsyncReplicas) }),
  }
  if (isCompacted) {
    return {
      ...always,
      'cleanup.policy': 'compact',
      'delete.retention.ms': String(TOMBSTONE_RETENTION_DAYS * DAY_MS),
      'segment.ms': String(DAY_MS),
      'min.compaction.lag.ms': String(COMPACTION_LAG_MIN_DAYS * DAY_MS),
      'max.compaction.lag.ms': String(2 * COMPACTION_LAG_MIN_DAYS * DAY_MS),
    }
  }
  const days = isPerGeneration ? Math.min(retentionDays, DERIVED_RETENTION_DAYS_MAX) : retentionDays
  return {
    ...always,
    'cleanup.policy': 'delete',
    'retention.ms': String(days * DAY_MS),
    'retention.bytes': '-1',
  }
}
