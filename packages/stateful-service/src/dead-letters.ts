import {
  carriedReceivedAt,
  type DeadLetter,
  toDeadLetter,
  toDeadLetterRecord,
} from '@wabastream/contracts'
import {
  type ChainedProducer,
  type RejectedRecord,
  type TopicPartition,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'

export interface DeadLetterOptions {
  readonly codec: Pick<AvroCodec, 'encode'>
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitions: number
  readonly generation: number
  readonly stage: DeadLetter['stage']
}

/** Sends what can't be read to the dead letters; at least once, being no part of a transaction. */
export function createDeadLetterSender(options: DeadLetterOptions) {
  const { codec, producer, topic, partitions } = options
  return async function sendDeadLetters(
    input: TopicPartition,
    rejected: readonly RejectedRecord[],
  ): Promise<void> {
    const target = { topic, partition: input.partition % partitions }
    await producer.send(
      target,
      rejected.map((each) => toDeadLetterRecord(toLetter(input, each, options), codec)),
    )
  }
}

function toLetter(
  { topic, partition }: TopicPartition,
  { record, error }: RejectedRecord,
  { generation, stage }: DeadLetterOptions,
): DeadLetter {
  return toDeadLetter({
    reason: 'schema_rejected',
    detail: error.message,
    stage,
    generation,
    topic,
    partition,
    offset: record.offset,
    receivedAt: carriedReceivedAt(record),
    body: record.value ?? new Uint8Array(),
  })
}
