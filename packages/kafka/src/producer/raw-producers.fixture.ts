import type { Kafka, Producer, Transaction } from 'kafkajs'
import { stackFromEnv } from '@wabastream/testing'
import { wiredKafkajs } from '../wire/install.ts'

/** For tests: things that our own writers never do on purpose, such as aborting. */
export interface RawProducers {
  readonly kafka: Kafka
  transactional(id: string): Promise<Producer>
  idempotent(): Promise<Producer>
  /** Moves the start of partition 0, as retention would. */
  deleteBefore(topic: string, offset: number): Promise<void>
  addPartitions(topic: string, count: number): Promise<void>
  close(): Promise<void>
}

export function openRawProducers(): RawProducers {
  const { kafkajs } = wiredKafkajs()
  const kafka = new kafkajs.Kafka({
    brokers: [...stackFromEnv().brokers],
    clientId: 'raw',
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  const open: { disconnect(): Promise<void> }[] = [admin]
  const connected = async (producer: Producer): Promise<Producer> => {
    open.push(producer)
    await producer.connect()
    return producer
  }
  return {
    kafka,
    transactional: (id) =>
      connected(kafka.producer({ transactionalId: id, maxInFlightRequests: 1 })),
    idempotent: () => connected(kafka.producer({ idempotent: true, maxInFlightRequests: 1 })),
    deleteBefore: async (topic, offset) => {
      await admin.connect()
      // Only this lets the client know the topic.
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({
        topic,
        partitions: [{ partition: 0, offset: String(offset) }],
      })
    },
    addPartitions: async (topic, count) => {
      await admin.connect()
      await admin.createPartitions({ topicPartitions: [{ topic, count }] })
    },
    close: async () => {
      await Promise.all(open.map((one) => one.disconnect()))
    },
  }
}

export async function sendTexts(
  to: Producer | Transaction,
  topic: string,
  ...values: readonly string[]
): Promise<void> {
  await to.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) })
}
