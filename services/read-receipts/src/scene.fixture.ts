import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  INTERNAL_CHANNEL,
  rawHeaders,
  READ_RECEIPTS_PARTITION,
  type ReadRequest,
  toReadRequestRecord,
  topicNames,
} from '@wabastream/contracts'
import { toRawWebhook } from '@wabastream/decoding'
import { createKafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { type ServiceProcess, stackFromEnv, startServiceProcess } from '@wabastream/testing'
import { translateWebhook } from '@wabastream/whatsapp'

const { brokers, schemaRegistryUrl } = stackFromEnv()
export const topics = topicNames(1)
const PARTITIONS = 3
export const KEY = 'key-of-the-number'
const folder = mkdtempSync(join(tmpdir(), 'read-receipts-'))

/** The topics that the service works with. */
export async function openScene() {
  const kafka = createKafkaClient({ brokers, clientId: 'read-receipts-test' })
  const config = { 'max.message.bytes': '4194304' }
  const compacted = { 'cleanup.policy': 'compact' }
  await kafka.admin.ensureTopics(
    [topics.raw, topics.deadLetters, topics.readReceipts].map((topic) => ({
      topic,
      partitions: PARTITIONS,
      config: topic === topics.readReceipts ? compacted : config,
      isResizable: true,
    })),
  )
  const partitions = (await kafka.admin.partitionCounts([topics.raw])).get(topics.raw) ?? 1
  const producer = kafka.chainedProducer()
  let appended = 0

  async function read(
    topic: string,
    onRecord: (record: Parameters<typeof toRawWebhook>[0], partition: number) => void,
  ): Promise<void> {
    const reader = kafka.partitionReader()
    const counts = await kafka.admin.partitionCounts([topic])
    for (let partition = 0; partition < (counts.get(topic) ?? 0); partition += 1) {
      await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
        for (const record of records) onRecord(record, partition)
      })
    }
    await reader.close()
  }

  return {
    kafka,
    /** Appends webhooks as an ingestor does, spread over the partitions. */
    async append(channel: string, bodies: readonly object[]): Promise<void> {
      for (const body of bodies) {
        appended += 1
        await producer.send({ topic: topics.raw, partition: appended % partitions }, [
          {
            key: null,
            value: Buffer.from(JSON.stringify(body)),
            headers: {
              [rawHeaders.receiptId]: `${process.pid}-${appended}`,
              [rawHeaders.receivedAt]: String(Date.now()),
              [rawHeaders.channel]: channel,
              [rawHeaders.dialect]: 'cloud',
            },
          },
        ])
      }
    },
    async ask(request: ReadRequest): Promise<void> {
      const target = { topic: topics.readReceipts, partition: READ_RECEIPTS_PARTITION }
      await producer.send(target, [toReadRequestRecord(request, { state: 'requested', request })])
    },
    /** Ids of messages in our own records, once for each time. */
    async events(number: string): Promise<readonly string[]> {
      const ids: string[] = []
      await read(topics.raw, (record, partition) => {
        if (record.headerText(rawHeaders.channel) !== INTERNAL_CHANNEL) return
        const { body, context } = toRawWebhook(record, { topic: topics.raw, partition })
        for (const { data, type } of translateWebhook(body, context).events) {
          if (type === 'MessageMarkedRead' && data.envelope.number === number) {
            ids.push(data.messageId)
          }
        }
      })
      return ids
    },
    /** The last record of each key of the service's own topic. */
    async kept(): Promise<ReadonlyMap<string, string>> {
      const kept = new Map<string, string>()
      await read(topics.readReceipts, (record) => {
        const value = record.valueText()
        if (value === null) kept.delete(record.keyText() ?? '')
        else kept.set(record.keyText() ?? '', value)
      })
      return kept
    },
    async letters() {
      const codec = createAvroCodec({ url: schemaRegistryUrl })
      await codec.register()
      const values: Uint8Array[] = []
      await read(topics.deadLetters, ({ value }) => {
        if (value !== null) values.push(Uint8Array.from(value))
      })
      for (const value of values) await codec.prepare(value)
      return values.map((value) => codec.decode(value).data).filter((data) => 'stage' in data)
    },
    close: () => kafka.close(),
  }
}

export const number = `${100_000_000_000_000 + process.pid}`

interface SceneSettings {
  readonly marksPerSecond?: number
  /** Ids by alias. */
  readonly numbers?: Readonly<Record<string, string>>
}

/** The service in a process of its own, for channels with policies and numbers with aliases. */
export async function startReadReceipts(
  url: string,
  policies: Readonly<Record<string, string>>,
  { marksPerSecond = 200, numbers = { shop: number } }: SceneSettings = {},
): Promise<ServiceProcess> {
  writeFileSync(join(folder, 'key'), KEY)
  const verifyToken = join(folder, 'verify')
  writeFileSync(verifyToken, 'verify-token')
  const entries = Object.entries(numbers).map(([alias, id]) => ({
    alias,
    provider: 'cloud',
    id,
    api: url,
    credential: { file: join(folder, 'key') },
    webhook: { url: 'https://example.com/webhooks/main', verifyToken: { file: verifyToken } },
  }))
  const channels = Object.entries(policies).map(([name, policy]) => ({ name, policy }))
  writeFileSync(join(folder, 'numbers.yaml'), JSON.stringify({ numbers: entries }))
  writeFileSync(join(folder, 'read-receipts.yaml'), JSON.stringify({ channels }))
  return startServiceProcess({
    service: 'read-receipts',
    logFile: join(folder, 'read-receipts.log'),
    env: {
      KAFKA_BROKERS: brokers.join(','),
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      NUMBERS_FILE: join(folder, 'numbers.yaml'),
      READ_RECEIPTS_FILE: join(folder, 'read-receipts.yaml'),
      SESSION_TIMEOUT_MS: '6000',
      MARKS_PER_SECOND: String(marksPerSecond),
    },
  })
}
