import { setTimeout as delay } from 'node:timers/promises'
import { KafkaError } from '@wabastream/kafka'
import {
  type BatchContext,
  type ChainedProducer,
  type OutgoingRecord,
  type TopicPartition,
} from '@wabastream/processing'

const QUEUE_FULL_RETRY_MS = 50

/** Sends records until they are durable or refused for good. */
export class RecordSender {
  readonly #producer: Pick<ChainedProducer, 'send'>
  readonly #context: Pick<BatchContext, 'isStale'>

  constructor(producer: Pick<ChainedProducer, 'send'>, context: Pick<BatchContext, 'isStale'>) {
    this.#producer = producer
    this.#context = context
  }

  /** Throws KafkaError `records_refused` if one of them is. */
  async send(target: TopicPartition, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return
    for (;;) {
      try {
        await this.#producer.send(target, records)
        return
      } catch (error) {
        if (!hasCode(error, 'queue_full') || this.#context.isStale()) throw error
      }
      await delay(QUEUE_FULL_RETRY_MS)
    }
  }

  /** Sends those that Kafka takes; resolves with those that it refuses. Some may be sent twice. */
  async sendAcceptable(
    target: TopicPartition,
    records: readonly OutgoingRecord[],
  ): Promise<readonly OutgoingRecord[]> {
    try {
      await this.send(target, records)
      return []
    } catch (error) {
      if (!hasCode(error, 'records_refused')) throw error
    }
    if (records.length === 1) return records
    const middle = Math.ceil(records.length / 2)
    const first = await this.sendAcceptable(target, records.slice(0, middle))
    return [...first, ...(await this.sendAcceptable(target, records.slice(middle)))]
  }
}

function hasCode(error: unknown, code: KafkaError['code']): boolean {
  return error instanceof KafkaError && error.code === code
}
