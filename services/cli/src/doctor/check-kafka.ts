import { topicNames } from '@wabastream/contracts'
import { type KafkaClient, type TopicState } from '@wabastream/kafka'
import { type TopicDifference } from '../topics/compare-topics.ts'
import { readTopicReport } from '../topics/run-topics.ts'
import { type TopicSettings } from '../installation/topics.ts'
import { type Finding, findingsOf } from './finding.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MINUTES = 7 * 24 * 60
/** Generous allowance for the headers and the framing of a raw record. */
const RECORD_OVERHEAD_BYTES = 65_536

/** Checks that brokers answer, and for how long they remember the positions of consumers. */
export async function checkBrokers(kafka: KafkaClient): Promise<readonly Finding[]> {
  const findings = findingsOf('kafka')
  const { config, count } = await kafka.admin.brokers()
  const minutes = Number(config.get('offsets.retention.minutes') ?? WEEK_MINUTES)
  const days = (minutes / 60 / 24).toFixed(1)
  return [
    findings.ok(count === 1 ? '1 broker answers' : `${count} brokers answer`),
    minutes < WEEK_MINUTES
      ? findings.warning(
          `offsets of a stopped consumer are forgotten after ${days} days`,
          'offsets.retention.minutes of the brokers: longer than any downtime, at least 10080; ' +
            'past it everything is read again',
        )
      : findings.ok(`offsets of a stopped consumer are kept for ${days} days`),
  ]
}

export interface TopicNeeds extends TopicSettings {
  readonly bodyBytesMax: number
  readonly stateAgeHoursMax: number
  /** Longest time, in days, that a table keeps rows; null if it is not known. */
  readonly tableDays: number | null
}

/** Checks that the topics exist as the design and other settings need them. */
export async function checkTopics(
  kafka: KafkaClient,
  needs: TopicNeeds,
): Promise<readonly Finding[]> {
  const findings = findingsOf('topics')
  const { differences, specs, states } = await readTopicReport(kafka, needs)
  const names = topicNames(needs.generation)
  const found = [
    ...toFindings(differences),
    ...checkRaw(
      states.find(({ topic }) => topic === names.raw),
      needs,
    ),
    ...checkTombstones(
      states.find(({ topic }) => topic === names.timelines),
      needs,
    ),
  ]
  return found.length === 0
    ? [findings.ok(`${specs.length} topics are as wabastream needs them`)]
    : found
}

/** Reports once what is the same for several topics. */
function toFindings(differences: readonly TopicDifference[]): readonly Finding[] {
  const findings = findingsOf('topics')
  const reported = differences.filter(({ severity }) => severity !== 'note')
  const groups = Map.groupBy(reported, ({ live, setting, severity, wanted }) =>
    [setting, live, wanted, severity].join('\n'),
  )
  return [...groups.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const { live, setting, severity, wanted, why } = first
    const topics = same.map(({ topic }) => topic).join(', ')
    const message =
      setting === 'topic'
        ? `missing: ${topics}`
        : `${setting} is ${live}, wanted ${wanted}: ${why} (${topics})`
    return [
      severity === 'broken'
        ? findings.broken(message, fixOf(first))
        : findings.warning(message, fixOf(first)),
    ]
  })
}

function fixOf({ live, setting }: TopicDifference): string {
  switch (setting) {
    case 'topic':
      return 'wabastream topics --create'
    case 'partitions':
      return live.endsWith('without')
        ? 'bring the brokers back'
        : `set PARTITIONS to ${live}, or rebuild into another generation: wabastream replay`
    case 'replicas':
      return 'reassign the partitions to more brokers (kafka-reassign-partitions)'
    case 'min.insync.replicas':
      return 'MIN_INSYNC_REPLICAS=2 wabastream topics --alter'
    default:
      return 'wabastream topics --alter'
  }
}

function checkRaw(state: TopicState | undefined, needs: TopicNeeds): readonly Finding[] {
  const findings = findingsOf('topics')
  if (state === undefined) return []
  const { config, topic } = state
  const found: Finding[] = []
  const keptMs = Number(config.get('retention.ms') ?? -1)
  if (needs.tableDays !== null && keptMs !== -1 && keptMs < needs.tableDays * DAY_MS) {
    found.push(
      findings.broken(
        `${topic} keeps ${(keptMs / DAY_MS).toFixed(1)} days, the tables ${needs.tableDays}: ` +
          'a rebuild could not bring all rows back',
        'RETENTION_DAYS for both: wabastream topics --alter, or wabastream prepare for the tables',
      ),
    )
  }
  const bytes = Number(config.get('max.message.bytes') ?? 0)
  if (bytes < needs.bodyBytesMax + RECORD_OVERHEAD_BYTES) {
    found.push(
      findings.broken(
        `${topic} takes records of ${bytes} bytes, the ingestor bodies of ${needs.bodyBytesMax}`,
        'lower BODY_BYTES_MAX, or wabastream topics --alter',
      ),
    )
  }
  return found
}

function checkTombstones(
  state: TopicState | undefined,
  { stateAgeHoursMax }: TopicNeeds,
): readonly Finding[] {
  if (state === undefined) return []
  const keptMs = Number(state.config.get('delete.retention.ms') ?? 0)
  if (keptMs > stateAgeHoursMax * HOUR_MS) return []
  return [
    findingsOf('topics').broken(
      `${state.topic} keeps tombstones for ${(keptMs / HOUR_MS).toFixed(1)} h, the processor trusts ` +
        `its state for ${stateAgeHoursMax} h: forgotten timelines could come back`,
      'lower STATE_AGE_HOURS_MAX, or wabastream topics --alter',
    ),
  ]
}
