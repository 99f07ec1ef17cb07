import { eventually } from '@wabastream/testing'
import { AnswerReader, askKafka, int32, requestHead, text } from './kafka-question.ts'

// Three questions of Kafka's protocol, asked byte by byte: the client library hides the answers.

const METADATA = 3
const FIND_COORDINATOR = 10
const DESCRIBE_QUORUM = 55
const GROUP = 0
const TRANSACTION = 1

/** Id of the broker that leads a partition. `address` is that of any broker that runs. */
export async function partitionLeader(
  address: string,
  topic: string,
  partition: number,
): Promise<number> {
  return await untilKnown(`the leader of ${topic}-${partition}`, async () => {
    const partitions = await partitionsOf(address, topic)
    return partitions.find(({ index }) => index === partition)?.leader ?? -1
  })
}

export interface PartitionRoles {
  readonly index: number
  /** -1 where nobody leads. */
  readonly leader: number
  readonly inSync: readonly number[]
}

/**
 * Who leads and follows in a topic, as the broker at `address` knows it; empty where it does not.
 */
export async function partitionsOf(
  address: string,
  topic: string,
): Promise<readonly PartitionRoles[]> {
  const body = Buffer.concat([int32(1), text(topic)])
  const answer = new AnswerReader(await askKafka(address, requestHead(METADATA, 1), body))
  answer.each(() => {
    answer.int32()
    answer.text()
    answer.int32()
    answer.text()
  })
  answer.int32()
  const partitions: PartitionRoles[] = []
  answer.each(() => {
    answer.int16()
    answer.text()
    answer.int8()
    answer.each(() => {
      answer.int16()
      const [index, leader] = [answer.int32(), answer.int32()]
      const inSync: number[] = []
      answer.each(() => answer.int32())
      answer.each(() => inSync.push(answer.int32()))
      partitions.push({ index, leader, inSync })
    })
  })
  return partitions
}

/** Id of the broker that keeps a consumer group. */
export async function groupCoordinator(address: string, groupId: string): Promise<number> {
  return await untilKnown(`the coordinator of ${groupId}`, () =>
    coordinator(address, groupId, GROUP),
  )
}

/** Id of the broker that keeps the transactions of a transactional id. */
export async function transactionCoordinator(address: string, id: string): Promise<number> {
  return await untilKnown(`the coordinator of ${id}`, () => coordinator(address, id, TRANSACTION))
}

/** Id of the node that leads the metadata quorum. */
export async function controller(address: string): Promise<number> {
  return await untilKnown('the controller', async () => {
    const tags = Buffer.from([0])
    const name = Buffer.from('__cluster_metadata')
    const body = Buffer.concat([
      Buffer.from([2, name.length + 1]),
      name,
      Buffer.from([2]),
      int32(0),
      tags,
      tags,
      tags,
    ])
    const answer = new AnswerReader(
      await askKafka(address, Buffer.concat([requestHead(DESCRIBE_QUORUM, 0), tags]), body),
    )
    answer.skip(1)
    if (answer.int16() !== 0) return -1
    // Counts and lengths are one byte here, each more by one than what it reports.
    answer.skip(1)
    answer.skip(answer.int8() - 1)
    answer.skip(1)
    answer.int32()
    return answer.int16() === 0 ? answer.int32() : -1
  })
}

async function coordinator(address: string, key: string, keyType: number): Promise<number> {
  const body = Buffer.concat([text(key), Buffer.from([keyType])])
  const answer = new AnswerReader(await askKafka(address, requestHead(FIND_COORDINATOR, 1), body))
  answer.int32()
  const error = answer.int16()
  answer.text()
  return error === 0 ? answer.int32() : -1
}

/** Right after an election nobody may be known. */
async function untilKnown(what: string, find: () => Promise<number>): Promise<number> {
  return await eventually(
    what,
    async () => {
      const id = await find()
      return id >= 0 && id
    },
    30_000,
  ).then(Number)
}
