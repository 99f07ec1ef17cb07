import { type DeadLetter, RECEIVED_AT_HEADER } from '@wabastream/contracts'
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
}

const DETAIL_CHARACTERS_MAX = 1_000
// Room for the letter around it in a record of 4 MiB.
const BODY_BYTES_MAX = 4_000_000

/** Sends what can't be read to the dead letters; at least once, being no part of a transaction. */
export function createDeadLetterSender(options: DeadLetterOptions) {
  const { codec, producer, topic, partitions, generation } = options
  return async function sendDeadLetters(
    input: TopicPartition,
    rejected: readonly RejectedRecord[],
  ): Promise<void> {
    const target = { topic, partition: input.partition % partitions }
    await producer.send(
      target,
      rejected.map((each) => {
        const letter = toDeadLetter(input, each, generation)
        return {
          key: null,
          value: codec.encode('DeadLetter', letter),
          headers: { [RECEIVED_AT_HEADER]: String(letter.receivedAt) },
        }
      }),
    )
  }
}

function toDeadLetter(
  { topic, partition }: TopicPartition,
  { record, error }: RejectedRecord,
  generation: number,
): DeadLetter {
  const receivedAt = Number(record.headerText(RECEIVED_AT_HEADER) ?? Number.NaN)
  return {
    reason: 'schema_rejected',
    detail: error.message.slice(0, DETAIL_CHARACTERS_MAX).toWellFormed(),
    stage: 'timeline-processor',
    generation,
    topic,
    partition,
    offset: record.offset,
    itemIndex: -1,
    receiptId: '',
    channel: '',
    receivedAt: Number.isSafeInteger(receivedAt) ? receivedAt : record.timestampMs,
    attempts: 1,
    firstSeenAt: null,
    redrivenAt: null,
    body: (record.value ?? new Uint8Array()).subarray(0, BODY_BYTES_MAX),
  }
}
