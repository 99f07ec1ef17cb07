import { randomUUID } from 'node:crypto'
import { rawHeaders } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'

const PARTITIONS = 3

/** For tests: a topic of its own, shaped like the one for raw webhooks. */
export interface RawTopic {
  readonly topic: string
  readonly partitionCount: number
  /** Everything in it, with its headers as text. */
  readAll(): Promise<readonly StoredWebhook[]>
}

export interface StoredWebhook {
  readonly receiptId: string
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string | null>>
}

export async function createRawTopic(kafka: KafkaClient): Promise<RawTopic> {
  const topic = `test.ingestor.${randomUUID()}`
  await kafka.admin.ensureTopics([
    { topic, partitions: PARTITIONS, config: { 'max.message.bytes': '4194304' } },
  ])
  async function readPartition(partition: number): Promise<readonly StoredWebhook[]> {
    const reader = kafka.partitionReader()
    const webhooks: StoredWebhook[] = []
    await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
      for (const record of records) {
        const headers = Object.fromEntries(
          Object.values(rawHeaders).map((name) => [name, record.headerText(name)]),
        )
        webhooks.push({
          receiptId: headers[rawHeaders.receiptId] ?? '',
          body: Buffer.from(record.value ?? []),
          headers,
        })
      }
    })
    await reader.close()
    return webhooks
  }
  return {
    topic,
    partitionCount: PARTITIONS,
    async readAll() {
      const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition)
      return (await Promise.all(partitions.map(readPartition))).flat()
    },
  }
}
