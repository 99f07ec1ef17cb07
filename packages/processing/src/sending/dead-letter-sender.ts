import { type DeadLetter, toDeadLetter, type WireRecord } from '@wabastream/contracts'
import { type ChainedProducer } from '../ports/ports.ts'
import { type TopicPartition } from '../ports/record.ts'
import { type RejectedRecord } from '../ports/rejected-record.ts'
import { type LetterEncoder, sendLetters } from './send-letters.ts'

export interface DeadLetterCodec extends LetterEncoder {
  decode(value: Uint8Array): WireRecord
}

export interface DeadLetterOptions {
  readonly codec: DeadLetterCodec
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly topic: string
  readonly partitions: number
  readonly generation: number
  readonly stage: DeadLetter['stage']
}

export type SendDeadLetters = (
  from: TopicPartition,
  records: readonly RejectedRecord[],
) => Promise<void>

/** Resolves once the letters are durable. They are sent at least once, outside any transaction. */
export function createDeadLetterSender(options: DeadLetterOptions): SendDeadLetters {
  const { codec, producer, topic, partitions } = options
  return async function sendDeadLetters(from, records) {
    const target = { topic, partition: from.partition % partitions }
    const letters = records.map((record) => toLetter(from, record, options))
    await sendLetters(target, letters, {
      codec,
      send: (to, some) => producer.send(to, some),
    })
  }
}

function toLetter(
  { topic, partition }: TopicPartition,
  { reason, detail, source }: RejectedRecord,
  { codec, generation, stage }: DeadLetterOptions,
): DeadLetter {
  return toDeadLetter({
    reason,
    detail,
    stage,
    generation,
    topic,
    partition,
    offset: source.offset,
    receivedAt: source.receivedAtMs,
    body: source.value,
    ...originOf(source.value, codec),
  })
}

/** Webhook and item that the record is about, where it can be read and says so. */
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
    // A record that can't be read is named only by its place.
    return {}
  }
}
