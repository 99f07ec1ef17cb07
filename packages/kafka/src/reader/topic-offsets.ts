import { type CommittedPosition } from '@wabastream/processing'
import { KafkaError } from '../wire/kafka-error.ts'
import { type Broker, type Cluster, type OffsetAnswer } from '../wire/internals.ts'

/** Offsets by partition. */
export type Offsets = ReadonlyMap<number, number>

/** Moments that a broker knows by name instead of by time (ListOffsets of Kafka's protocol). */
export const START = -2
export const END = -1

const READ_UNCOMMITTED = 0

/**
 * The partitions of a topic by the node that leads them, as a broker reports now. All calls on a
 * connection share what the client remembers: if one asks for a missing topic, the client forgets
 * the others' topics as well, which then seem to have no partitions. Throws `unavailable` while one
 * of the partitions has no leader.
 */
async function leadersOf(cluster: Cluster, topic: string): Promise<ReadonlyMap<number, number[]>> {
  await meetBrokers(cluster, topic)
  const broker = await cluster.brokerPool.findConnectedBroker()
  const { topicMetadata } = await broker.metadata([topic])
  const partitions = topicMetadata.find((one) => one.topic === topic)?.partitionMetadata ?? []
  if (partitions.length === 0) throw unavailable(`${topic} has no partitions yet`)
  const leaders = new Map<number, number[]>()
  for (const { leader, partitionId } of partitions) {
    if (leader < 0) throw unavailable(`${topic}-${partitionId} has no leader`)
    leaders.set(leader, [...(leaders.get(leader) ?? []), partitionId])
  }
  return leaders
}

/**
 * At first the client knows no brokers, and would ask for every topic that exists to learn of them.
 */
async function meetBrokers({ brokerPool }: Cluster, topic: string): Promise<void> {
  if (brokerPool.getNodeIds().length === 0) await brokerPool.refreshMetadata([topic])
}

async function brokerOf({ brokerPool }: Cluster, topic: string, nodeId: number): Promise<Broker> {
  const node = { nodeId: String(nodeId) }
  if (!brokerPool.getNodeIds().includes(node.nodeId)) await brokerPool.refreshMetadata([topic])
  return await brokerPool.findBroker(node)
}

/**
 * The offset of every partition at a time, `START` or `END`; END is the high watermark, which is
 * past open transactions of others. -1 if no record is that late.
 */
export async function readOffsets(
  cluster: Cluster,
  topic: string,
  timestampMs: number,
): Promise<Offsets> {
  const leaders = await leadersOf(cluster, topic)
  const answers = await Promise.all(
    [...leaders].map(async ([nodeId, partitions]) => {
      const broker = await brokerOf(cluster, topic, nodeId)
      const asked = partitions.map((partition) => ({ partition, timestamp: timestampMs }))
      const { responses } = await broker.listOffsets({
        isolationLevel: READ_UNCOMMITTED,
        topics: [{ topic, partitions: asked }],
      })
      return toOffsets(topic, partitions, responses)
    }),
  )
  return new Map(answers.flatMap((offsets) => [...offsets]))
}

/** A group's position in every partition; -1 if it has committed nothing. */
export async function readCommitted(
  cluster: Cluster,
  groupId: string,
  topic: string,
): Promise<ReadonlyMap<number, CommittedPosition>> {
  const leaders = await leadersOf(cluster, topic)
  const partitions = [...leaders.values()].flat()
  const coordinator = await cluster.findGroupCoordinator({ groupId })
  const { responses } = await coordinator.offsetFetch({
    groupId,
    topics: [{ topic, partitions: partitions.map((partition) => ({ partition })) }],
  })
  return new Map(
    [...toAnswers(topic, partitions, responses)].map(([partition, { metadata, offset }]) => [
      partition,
      { topic, partition, offset: Number(offset), ...(metadata ? { metadata } : {}) },
    ]),
  )
}

/** Commits for a group without being a member: the broker refuses it while there is one. */
export async function commitForGroup(
  cluster: Cluster,
  groupId: string,
  topic: string,
  positions: readonly Omit<CommittedPosition, 'topic'>[],
): Promise<void> {
  await meetBrokers(cluster, topic)
  const coordinator = await cluster.findGroupCoordinator({ groupId })
  const partitions = positions.map(({ metadata, offset, partition }) => ({
    partition,
    offset: String(offset),
    ...(metadata === undefined ? {} : { metadata }),
  }))
  await coordinator.offsetCommit({
    groupId,
    groupGenerationId: -1,
    memberId: '',
    topics: [{ topic, partitions }],
  })
}

/** Deletes the records before the offsets. */
export async function deleteBefore(
  cluster: Cluster,
  topic: string,
  before: Offsets,
): Promise<void> {
  const leaders = await leadersOf(cluster, topic)
  await Promise.all(
    [...leaders].map(async ([nodeId, led]) => {
      const partitions = led.flatMap((partition) => {
        const offset = before.get(partition)
        return offset === undefined ? [] : [{ partition, offset: String(offset) }]
      })
      if (partitions.length === 0) return
      const broker = await brokerOf(cluster, topic, nodeId)
      await broker.deleteRecords({ topics: [{ topic, partitions }] })
    }),
  )
}

function toOffsets(
  topic: string,
  partitions: readonly number[],
  responses: OffsetAnswer['responses'],
): Offsets {
  const answers = toAnswers(topic, partitions, responses)
  return new Map([...answers].map(([partition, { offset }]) => [partition, Number(offset)]))
}

/** An answer that leaves out a partition says nothing about it, above all not that it is empty. */
function toAnswers(
  topic: string,
  partitions: readonly number[],
  responses: OffsetAnswer['responses'],
) {
  const answers = new Map(
    responses.flatMap((answer) => answer.partitions).map((answer) => [answer.partition, answer]),
  )
  const missing = partitions.filter((partition) => !answers.has(partition))
  if (missing.length > 0) throw unavailable(`no answer for ${topic}-${missing.join(', ')}`)
  return answers
}

function unavailable(message: string): KafkaError {
  return new KafkaError('unavailable', message)
}
