import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type TopicPartition,
} from '@wabastream/processing'
import { eventually } from '@wabastream/testing'
import { type BatchConsumerOptions } from './batch-consumer.ts'
import { type KafkaClient } from '../kafka-client.ts'

/** For tests: a consumer that records everything that is handed to it. */
export interface CollectingConsumer {
  readonly consumer: BatchConsumer
  readonly values: string[]
  readonly assigned: TopicPartition[]
  readonly revoked: TopicPartition[]
  readonly crashes: unknown[]
  /** Waits until this many values have come. */
  collected(count: number): Promise<readonly string[]>
}

export async function startCollecting(
  kafka: KafkaClient,
  options: Omit<BatchConsumerOptions, 'handlers'> & {
    readonly handlers?: Partial<BatchConsumerHandlers>
  },
): Promise<CollectingConsumer> {
  const values: string[] = []
  const assigned: TopicPartition[] = []
  const revoked: TopicPartition[] = []
  const crashes: unknown[] = []
  const { handlers = {} } = options
  const consumer = kafka.batchConsumer({
    fetchWaitMs: 50,
    ...options,
    handlers: {
      onAssigned: async (partition, context) => {
        assigned.push(partition)
        return await handlers.onAssigned?.(partition, context)
      },
      onRevoked: async (partition) => {
        revoked.push(partition)
      },
      onBatch: async (batch, context) => {
        await handlers.onBatch?.(batch, context)
        if (!context.isStale())
          values.push(...batch.records.map((record) => record.valueText() ?? ''))
      },
      onHalted: (partition, error) => {
        handlers.onHalted?.(partition, error)
      },
      onCrash: (error) => {
        crashes.push(error)
      },
    },
  })
  await consumer.start()
  return {
    consumer,
    values,
    assigned,
    revoked,
    crashes,
    collected: async (count) => {
      await eventually(`${count} values`, () => values.length >= count)
      return values
    },
  }
}
