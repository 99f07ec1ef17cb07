import { setTimeout as delay } from 'node:timers/promises'
import {
  type BatchContext,
  type ChainedProducer,
  type OutgoingRecord,
  PortError,
  sendApart,
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

  /** Throws `records_refused` if one of them is refused. */
  async send(target: TopicPartition, records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return
    for (;;) {
      try {
        await this.#producer.send(target, records)
        return
      } catch (error) {
        const isFull = error instanceof PortError && error.code === 'queue_full'
        if (!isFull || this.#context.isStale()) throw error
      }
      await delay(QUEUE_FULL_RETRY_MS)
    }
  }

  /** Sends those that Kafka takes; resolves with those that it refuses. Some may be sent twice. */
  async sendAcceptable(
    target: TopicPartition,
    records: readonly OutgoingRecord[],
  ): Promise<readonly OutgoingRecord[]> {
    const refused: OutgoingRecord[] = []
    await sendApart(records, {
      send: (some) => this.send(target, some),
      refused: (record) => refused.push(record),
    })
    return refused
  }
}
