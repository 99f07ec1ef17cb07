import { pipelineConsumers, type ReaderName } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type Finding, findingsOf } from './finding.ts'

const LAG_MAX = 100_000

/**
 * Checks that each consumer runs, how far behind it is, and that nothing was deleted before it was
 * read.
 */
export async function checkGroups(
  kafka: KafkaClient,
  generation: number,
): Promise<readonly Finding[]> {
  const consumers = pipelineConsumers(generation)
  const read = [...new Set(consumers.flatMap(({ topics }) => topics))]
  const existing = new Set((await kafka.admin.topicStates(read)).map(({ topic }) => topic))
  const found: Finding[] = []
  // One after the other, because a call that fails breaks the connection that all of them use.
  for (const { group, service, topics } of consumers) {
    found.push(
      ...(await checkGroup(kafka, {
        service,
        group,
        topics: topics.filter((topic) => existing.has(topic)),
      })),
    )
  }
  return found
}

async function checkGroup(
  kafka: KafkaClient,
  {
    group,
    service,
    topics,
  }: {
    readonly service: ReaderName
    readonly group: string
    readonly topics: readonly string[]
  },
): Promise<readonly Finding[]> {
  const findings = findingsOf('groups')
  const members = await kafka.admin.memberCount(group)
  const positions = []
  for (const topic of topics) positions.push(await readPosition(kafka, group, topic))
  const lag = positions.reduce((sum, position) => sum + position.lag, 0)
  const behind = `${lag} records behind`
  const lost = positions
    .filter(({ deleted }) => deleted > 0)
    .map(({ deleted, topic }) =>
      findings.broken(
        `${group}: ${deleted} records of ${topic} were deleted before it read them`,
        'rebuild from the raw topic: wabastream replay --into <generation>',
      ),
    )
  if (members === 0) {
    return [findings.broken(`${group} has no members; ${behind}`, `start the ${service}`), ...lost]
  }
  const some = `${group} has ${members} member${members === 1 ? '' : 's'}, ${behind}`
  return [
    lag > LAG_MAX
      ? findings.warning(some, `add instances of the ${service}, up to the partitions`)
      : findings.ok(some),
    ...lost,
  ]
}

async function readPosition(kafka: KafkaClient, group: string, topic: string) {
  const starts = await kafka.admin.startOffsets(topic)
  const ends = await kafka.admin.endOffsets(topic)
  const committed = await kafka.admin.committedOffsets(group, topic)
  let lag = 0
  let deleted = 0
  for (const [partition, end] of ends) {
    const start = starts.get(partition) ?? 0
    const position = committed.get(partition)
    lag += end - Math.max(position ?? start, start)
    if (position !== undefined && position < start) deleted += start - position
  }
  return { topic, lag, deleted }
}
