import { carriedReceivedAt, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type Quantiles, quantilesOf } from './quantiles.ts'

const topics = topicNames(1)

/**
 * How long after the receipt of their webhook the broker appended the records of a topic, for what
 * was received since then. Topics of a bench are stamped by the broker.
 */
export async function readAppendTimes(
  kafka: KafkaClient,
  noun: 'raw' | 'events' | 'transitions',
  sinceMs: number,
): Promise<Quantiles> {
  const topic = topics[noun]
  const ends = await kafka.admin.endOffsets(topic)
  const reader = kafka.partitionReader()
  const delaysMs: number[] = []
  try {
    for (const partition of ends.keys()) {
      await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
        for (const record of records) {
          const receivedAtMs = carriedReceivedAt(record)
          if (receivedAtMs >= sinceMs) delaysMs.push(record.timestampMs - receivedAtMs)
        }
      })
    }
  } finally {
    await reader.close()
  }
  return quantilesOf(delaysMs)
}
