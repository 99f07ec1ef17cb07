import {
  type DeadLetter,
  toDeadLetter,
  toDeadLetterRecord,
  type WireRecord,
} from '@wabastream/contracts'
import { type ChainedProducer } from '../ports/ports.ts'
import { type OutgoingRecord, type TopicPartition } from '../ports/record.ts'
import { type RefusedRecord } from '../sink/sink-port.ts'

export interface DeadLetterCodec {
  encode(type: 'DeadLetter', letter: DeadLetter): Uint8Array
  decode(value: Uint8Array): WireRecord
}

export interface DeadLetterOptions {
  readonly codec: DeadLetterCodec
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitions: number
  readonly generation: number
}

export type SendDeadLetters = (
  from: TopicPartition,
  records: readonly RefusedRecord[],
) => Promise<void>

const SEND_BYTES_MAX = 1_000_000

/** Resolves once the letters are durable. */
export function createDeadLetterSender(options: DeadLetterOptions): SendDeadLetters {
  const { codec, producer, topic, partitions, generation } = options
  return async function sendDeadLetters(from, records) {
    const target = { topic, partition: from.partition % partitions }
    const letters = records.map((record): OutgoingRecord => {
      const letter = toLetter(from, record, generation)
      return toDeadLetterRecord({ ...letter, ...originOf(record.source.value, codec) }, codec)
    })
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

function toLetter(
  from: TopicPartition,
  { reason, detail, source }: RefusedRecord,
  generation: number,
): DeadLetter {
  return toDeadLetter({
    reason,
    detail,
    stage: 'clickhouse-sink',
    generation,
    topic: from.topic,
    partition: from.partition,
    offset: source.offset,
    receivedAt: source.receivedAtMs,
    body: source.value,
  })
}

/** Webhook and item that the record is about, where it can be read and tells. */
function originOf(
  value: Uint8Array,
  codec: Pick<DeadLetterCodec, 'decode'>,
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
