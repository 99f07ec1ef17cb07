import { topicNames } from '@wabastream/contracts'
import { type TopicState } from '@wabastream/kafka'
import { type TopicSpec } from '../installation/topics.ts'

export type Severity = 'broken' | 'warning' | 'note'

/** A setting in which a topic differs from what the design needs. */
export interface TopicDifference {
  readonly topic: string
  /** A setting of Kafka, or `topic`, `partitions`, `replicas`. */
  readonly setting: string
  readonly wanted: string
  readonly live: string
  readonly severity: Severity
  /** What the difference leads to. */
  readonly why: string
}

const RAW = topicNames(1).raw

type Judge = (wanted: string, live: string) => Pick<TopicDifference, 'severity' | 'why'> | null

const MORE_IS_FINE = 'more than is needed'

/** -1 means no limit. */
const atLeast =
  (why: string, severity: Severity = 'broken'): Judge =>
  (wanted, live) => {
    const [needed, given] = [Number(wanted), Number(live)]
    if (needed === given) return null
    if (given === -1 || (needed !== -1 && given > needed)) {
      return { severity: 'note', why: MORE_IS_FINE }
    }
    return { severity, why }
  }

const equal =
  (severity: Severity, why: string): Judge =>
  (wanted, live) =>
    wanted === live ? null : { severity, why }

/** The broker packs what it stores; of its codecs our readers know gzip and zstd. */
const compressionJudge: Judge = (wanted, live) => {
  if (wanted === live) return null
  if (live === 'zstd') return { severity: 'note', why: 'the broker packs small batches as well' }
  if (live === 'lz4' || live === 'snappy') {
    return { severity: 'broken', why: "the services can't read this codec, and halt there" }
  }
  return { severity: 'warning', why: 'the broker undoes the zstd of the services, at its cost' }
}

const judges: Readonly<Record<string, Judge>> = {
  'cleanup.policy': equal('broken', 'records vanish that are needed, or pile up'),
  'retention.ms': atLeast('records are deleted before the tables let their rows go'),
  'retention.bytes': atLeast('records are deleted by size, whatever their age'),
  'max.message.bytes': atLeast(
    'large webhooks can never be stored, and are refused again and again',
  ),
  'compression.type': compressionJudge,
  'delete.retention.ms': atLeast('a processor that was away misses tombstones'),
  'min.insync.replicas': atLeast('an acked record may be on fewer brokers than wanted'),
  'message.timestamp.type': equal(
    'warning',
    'a client whose clock is wrong has its records refused',
  ),
  [`${RAW} message.timestamp.type`]: equal(
    'broken',
    'one wrong clock could age or forget everything: the decoder waits until this is changed',
  ),
  'segment.ms': equal('warning', 'compaction comes later than planned'),
  'min.compaction.lag.ms': atLeast(
    'a sink that is behind misses what a message was before it was forgotten',
    'warning',
  ),
  'max.compaction.lag.ms': equal('warning', 'compaction comes later than planned'),
}
const otherwise = equal('warning', 'differs from the design')

/** All differences, including harmless ones (`note`), in the order of the specifications. */
export function compareTopics(
  specs: readonly TopicSpec[],
  states: readonly TopicState[],
): readonly TopicDifference[] {
  return specs.flatMap((spec) => {
    const state = states.find(({ topic }) => topic === spec.topic)
    if (state === undefined) return [missing(spec)]
    return [
      ...comparePartitions(spec, state),
      ...compareConfig(spec, state),
      ...judgeReplicas(state),
    ]
  })
}

function missing({ topic }: TopicSpec): TopicDifference {
  return {
    topic,
    setting: 'topic',
    wanted: 'exists',
    live: 'missing',
    severity: 'broken',
    why: 'nothing can be stored in it',
  }
}

function comparePartitions(
  { isResizable, partitions, topic }: TopicSpec,
  state: TopicState,
): readonly TopicDifference[] {
  if (partitions === state.partitions) return []
  return [
    {
      topic,
      setting: 'partitions',
      wanted: String(partitions),
      live: String(state.partitions),
      severity: isResizable ? 'note' : 'broken',
      why: isResizable
        ? 'no keys are bound to them: any number will do'
        : 'the keys of a generation are bound to their partitions: the services do not start',
    },
  ]
}

function compareConfig(
  { config, topic }: TopicSpec,
  state: TopicState,
): readonly TopicDifference[] {
  return Object.entries(config).flatMap(([setting, wanted]) => {
    const live = state.config.get(setting) ?? '-'
    const judgement = (judges[`${topic} ${setting}`] ?? judges[setting] ?? otherwise)(wanted, live)
    return judgement === null ? [] : [{ topic, setting, wanted, live, ...judgement }]
  })
}

/** What holds for each topic, whatever its specification. */
function judgeReplicas(state: TopicState): readonly TopicDifference[] {
  const { leaderless, replicationFactor, topic, underReplicated } = state
  const inSync = Number(state.config.get('min.insync.replicas') ?? 1)
  const found: TopicDifference[] = []
  const add = (difference: Omit<TopicDifference, 'topic'>): void => {
    found.push({ topic, ...difference })
  }
  if (leaderless > 0) {
    add({
      setting: 'partitions',
      wanted: 'all with a leader',
      live: `${leaderless} without`,
      severity: 'broken',
      why: 'nobody can write to them or read from them',
    })
  }
  if (underReplicated > 0) {
    add({
      setting: 'replicas',
      wanted: 'all in sync',
      live: `${underReplicated} partitions behind`,
      severity: 'warning',
      why: 'one more lost broker may stop writing',
    })
  }
  if (replicationFactor < inSync) {
    add({
      setting: 'replicas',
      wanted: `at least ${inSync}`,
      live: String(replicationFactor),
      severity: 'broken',
      why: 'fewer than min.insync.replicas: every write is refused',
    })
  } else if (replicationFactor === 1) {
    add({
      setting: 'replicas',
      wanted: '3',
      live: '1',
      severity: 'warning',
      why: 'what one disk loses is lost: for trying out only',
    })
  } else if (replicationFactor === inSync) {
    add({
      setting: 'replicas',
      wanted: `more than ${inSync}`,
      live: String(replicationFactor),
      severity: 'warning',
      why: 'as many as min.insync.replicas: one broker away stops writing',
    })
  } else if (inSync === 1) {
    add({
      setting: 'min.insync.replicas',
      wanted: '2',
      live: '1',
      severity: 'broken',
      why: 'an acked record may be on one broker alone, and be lost with it',
    })
  }
  if (state.config.get('unclean.leader.election.enable') === 'true') {
    add({
      setting: 'unclean.leader.election.enable',
      wanted: 'false',
      live: 'true',
      severity: 'broken',
      why: 'a broker that is behind may become leader: acked records are lost',
    })
  }
  return found
}
