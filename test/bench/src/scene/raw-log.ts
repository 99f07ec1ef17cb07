import { rawHeaders, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'
import { benchChannel } from './pipeline.ts'

const SEND_RECORDS = 1_000
const { raw } = topicNames(1)

/** Appends `count` webhooks to the raw topic, as the ingestor would: the bodies in turn. */
export async function appendWebhooks(
  kafka: KafkaClient,
  bodies: readonly Buffer[],
  count: number,
): Promise<void> {
  const partitions = (await kafka.admin.partitionCounts([raw])).get(raw) ?? 1
  const producer = kafka.chainedProducer()
  const sends: Promise<unknown>[] = []
  for (let sent = 0; sent < count; sent += SEND_RECORDS) {
    const records = Array.from({ length: Math.min(SEND_RECORDS, count - sent) }, (_, index) =>
      toRawRecord(bodies[(sent + index) % bodies.length] ?? Buffer.alloc(0), sent + index),
    )
    const partition = (sent / SEND_RECORDS) % partitions
    sends.push(producer.send({ topic: raw, partition }, records))
    if (sends.length >= partitions) await Promise.all(sends.splice(0))
  }
  await Promise.all(sends)
  await producer.close()
}

function toRawRecord(value: Buffer, index: number): OutgoingRecord {
  return {
    key: null,
    value,
    headers: {
      [rawHeaders.receiptId]: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      [rawHeaders.receivedAt]: String(Date.now()),
      [rawHeaders.channel]: benchChannel.name,
      [rawHeaders.dialect]: benchChannel.dialect,
      [rawHeaders.verification]: 'hmac:bench',
      [rawHeaders.contentType]: 'application/json',
    },
  }
}
