import { type DeadLetter, RECEIVED_AT_HEADER } from '@wabastream/contracts'
import {
  type ChainedProducer,
  type OutgoingRecord,
  type TopicPartition,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { type RejectedRecord } from '../lane/pending-batch.ts'

export interface DeadLetterOptions {
  readonly codec: Pick<AvroCodec, 'decode' | 'encode'>
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitions: number
  readonly generation: number
}

export type SendDeadLetters = (
  from: TopicPartition,
  records: readonly RejectedRecord[],
) => Promise<void>

const DETAIL_CHARACTERS_MAX = 1_000
// Room for the letter around it in a record of 4 MiB.
const BODY_BYTES_MAX = 4_000_000
const SEND_BYTES_MAX = 1_000_000

/** Resolves once the letters are durable. */
export function createDeadLetterSender(options: DeadLetterOptions): SendDeadLetters {
  const { codec, producer, topic, partitions, generation } = options
  return async function sendDeadLetters(from, records) {
    const target = { topic, partition: from.partition % partitions }
    const letters = records.map((record): OutgoingRecord => ({
      key: null,
      value: codec.encode('DeadLetter', {
        ...toDeadLetter(from, record, generation),
        ...originOf(record.source.value, codec),
      }),
      headers: { [RECEIVED_AT_HEADER]: String(record.source.receivedAtMs) },
    }))
    for (const some of inSends(letters)) await producer.send(target, some)
  }
}

/** The broker refuses a send that is larger than a record may be. */
function inSends(letters: readonly OutgoingRecord[]): readonly OutgoingRecord[][] {
  const sends: OutgoingRecord[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const letter of letters) {
    const size = letter.value?.length ?? 0
    bytes += size
    if (bytes > SEND_BYTES_MAX) {
      sends.push([])
      bytes = size
    }
    sends.at(-1)?.push(letter)
  }
  return sends
}

function toDeadLetter(
  from: TopicPartition,
  { reason, detail, source }: RejectedRecord,
  generation: number,
): DeadLetter {
  const isCut = source.value.length > BODY_BYTES_MAX
  const told = isCut ? `cut after ${BODY_BYTES_MAX} bytes; ${detail}` : detail
  return {
    reason,
    detail: told.slice(0, DETAIL_CHARACTERS_MAX).toWellFormed(),
    stage: 'clickhouse-sink',
    generation,
    topic: from.topic,
    partition: from.partition,
    offset: source.offset,
    itemIndex: -1,
    receiptId: '',
    channel: '',
    receivedAt: source.receivedAtMs,
    attempts: 1,
    firstSeenAt: null,
    redrivenAt: null,
    body: source.value.subarray(0, BODY_BYTES_MAX),
  }
}

/** Webhook and item that the record is about, where it can be read and tells. */
function originOf(
  value: Uint8Array,
  codec: Pick<AvroCodec, 'decode'>,
): Partial<Pick<DeadLetter, 'receiptId' | 'channel' | 'itemIndex'>> {
  try {
    const { data } = codec.decode(value)
    if (!('envelope' in data)) return {}
    const { channel, itemIndex, receiptId } = data.envelope
    return { channel, itemIndex, receiptId }
  } catch {
    // A record that can't be read is told by its place alone.
    return {}
  }
}
