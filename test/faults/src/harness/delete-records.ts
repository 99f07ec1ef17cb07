import { partitionLeader } from './cluster-roles.ts'
import { type PipelineStack } from './pipeline-stack.ts'
import { askKafka, int32, requestHead, text } from './kafka-question.ts'

const DELETE_RECORDS = 21
const TIMEOUT_MS = 10_000

/** Makes `offset` the first of a partition, as retention does when it has passed. */
export async function deleteRecordsBefore(
  { cluster }: Pick<PipelineStack, 'cluster'>,
  {
    topic,
    partition,
    offset,
  }: {
    readonly topic: string
    readonly partition: number
    readonly offset: number
  },
): Promise<void> {
  const [address = ''] = cluster.addresses
  const leader = cluster.broker(await partitionLeader(address, topic, partition))
  const offsetBytes = Buffer.alloc(8)
  offsetBytes.writeBigInt64BE(BigInt(offset))
  const body = Buffer.concat([
    int32(1),
    text(topic),
    int32(1),
    int32(partition),
    offsetBytes,
    int32(TIMEOUT_MS),
  ])
  const answer = await askKafka(leader.address, requestHead(DELETE_RECORDS, 0), body)
  // The error code is the last field.
  const code = answer.readInt16BE(answer.length - 2)
  if (code !== 0) throw new Error(`deleting records of ${topic}-${partition}: error ${code}`)
}
