import {
  type DeadLetter,
  toDeadLetter,
  toDeadLetterRecord,
  type TopicNames,
} from '@wabastream/contracts'
import { describeAnswer, type GivenUp } from '@wabastream/forwarding'
import { type ChainedProducer } from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'

/** The forwarder's letters are of no generation. */
const NO_GENERATION = 0

export interface LetterOptions {
  readonly destination: string
  readonly topics: Pick<TopicNames, 'raw' | 'deadLetters'>
  readonly codec: Parameters<typeof toDeadLetterRecord>[1]
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly partitions: number
  readonly logger: Pick<Logger, 'warn'>
}

/** Writes the dead letter of what a destination did not accept; resolves once it is durable. */
export async function sendLetter(given: GivenUp, options: LetterOptions): Promise<void> {
  const { codec, destination, logger, partitions, producer, topics } = options
  const letter = toLetter(given, options)
  const target = {
    topic: topics.deadLetters,
    partition: given.delivery.lane.partition % partitions,
  }
  await producer.send(target, [toDeadLetterRecord(letter, codec)])
  const { offset, partition, reason, receiptId, topic } = letter
  const facts = { destination, topic, partition, offset, receiptId, reason }
  logger.warn({ ...facts, answer: describeAnswer(given.answer) }, 'a webhook is given up')
}

function toLetter(
  { answer, delivery, reason }: GivenUp,
  { destination, topics }: LetterOptions,
): DeadLetter {
  const { channel, lane, offset, receivedAt, tries, webhook } = delivery
  return toDeadLetter({
    reason,
    detail: `${destination} answered ${tries} tries, the last with ${describeAnswer(answer)}`,
    stage: 'forwarder',
    generation: NO_GENERATION,
    topic: topics.raw,
    partition: lane.partition,
    offset,
    receiptId: webhook.receiptId,
    channel: channel ?? '',
    destination,
    attempts: tries,
    receivedAt,
    body: webhook.body,
  })
}
