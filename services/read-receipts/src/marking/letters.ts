import { toDeadLetter, toDeadLetterRecord, type TopicNames } from '@wabastream/contracts'
import { type ChainedProducer } from '@wabastream/processing'
import { type ProviderError } from '@wabastream/provider'
import { type OpenMessage } from '../waiting/entry.ts'

/** The letters of read receipts are of no generation. */
const NO_GENERATION = 0

export interface LetterOptions {
  readonly topics: Pick<TopicNames, 'raw' | 'deadLetters'>
  readonly codec: Parameters<typeof toDeadLetterRecord>[1]
  readonly producer: Pick<ChainedProducer, 'send'>
  /** Of the topic of dead letters. */
  readonly partitions: number
}

/** Writes the dead letter of a message that the provider does not mark; resolves once durable. */
export async function sendLetter(
  refused: {
    readonly message: OpenMessage
    readonly error: ProviderError
    readonly tries: number
    readonly alias: string
  },
  { codec, partitions, producer, topics }: LetterOptions,
): Promise<void> {
  const { alias, error, message, tries } = refused
  const { place } = message
  const body = JSON.stringify({ number: message.number, message_id: message.messageId })
  const letter = toDeadLetter({
    reason: 'mark_refused',
    detail: `${alias}: ${error.kind}: ${error.message}`,
    stage: 'read-receipts',
    generation: NO_GENERATION,
    topic: topics.raw,
    ...place,
    channel: message.channel,
    attempts: tries,
    receivedAt: message.receivedAt,
    body: Buffer.from(body),
  })
  const target = { topic: topics.deadLetters, partition: place.partition % partitions }
  await producer.send(target, [toDeadLetterRecord(letter, codec)])
}
