import {
  type ClickHouse,
  createClickHouse,
  databasesOfViews,
  migrate,
} from '@wabastream/clickhouse'
import {
  databaseName,
  RECEIVED_AT_HEADER,
  topicNames,
  type TopicNames,
  type WireRecord,
} from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'
import { type AvroCodec, createAvroCodec } from '@wabastream/schema-registry'
import { copyTemplate, type StackAddresses, stackFromEnv } from '@wabastream/testing'

export interface TestPipeline {
  readonly stack: StackAddresses
  readonly generation: number
  readonly database: string
  readonly views: string
  readonly topics: TopicNames
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  readonly client: ClickHouse
  publish(topic: string, partition: number, records: readonly WireRecord[]): Promise<void>
  publishBytes(
    topic: string,
    partition: number,
    values: readonly (Uint8Array | null)[],
  ): Promise<void>
  select<T>(columns: string, view: string): Promise<readonly T[]>
  drop(): Promise<void>
}

export const PARTITIONS = 2

/** Topics, tables and views of a generation for one test alone. */
export async function createTestPipeline(partitions = PARTITIONS): Promise<TestPipeline> {
  const stack = stackFromEnv()
  const generation = 1_000 + Math.floor(Math.random() * 8_999)
  const views = `wa_test_${generation}`
  const topics = topicNames(generation)
  const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'sink-test' })
  const codec = createAvroCodec({ url: stack.schemaRegistryUrl })
  const client = createClickHouse({ url: stack.clickhouseUrl })
  const producer = kafka.chainedProducer()
  await Promise.all([
    ensureTopics(kafka, topics, partitions),
    codec.register(),
    copyTemplate({
      client,
      generation,
      viewsDatabase: views,
      make: (template) => migrate({ client, retentionDays: 36_500, ...template }),
    }),
  ])
  const send = async (topic: string, partition: number, records: readonly OutgoingRecord[]) => {
    await producer.send({ topic, partition }, records)
  }
  return {
    stack,
    generation,
    views,
    topics,
    kafka,
    codec,
    client,
    database: databaseName(generation),
    publish: (topic, partition, records) =>
      send(
        topic,
        partition,
        records.map((record) => ({
          key: null,
          value: codec.encode(record.type, record.data),
          headers: receivedAtOf(record),
        })),
      ),
    publishBytes: (topic, partition, values) =>
      send(
        topic,
        partition,
        values.map((value) => ({ key: 'any', value })),
      ),
    select: <T>(columns: string, view: string) =>
      client.query<T>(`SELECT ${columns} FROM ${views}.${view}`),
    async drop() {
      await kafka.close()
      for (const made of databasesOfViews(views)) {
        await client.command(`DROP DATABASE IF EXISTS ${made}`)
      }
      await client.command(`DROP DATABASE IF EXISTS ${databaseName(generation)}`)
      await client.close()
    },
  }
}

async function ensureTopics(
  kafka: KafkaClient,
  topics: TopicNames,
  partitions: number,
): Promise<void> {
  const { decoded, events, timelines, transitions, deadLetters } = topics
  const exists = await kafka.admin.partitionCounts([deadLetters]).catch(() => new Map())
  await kafka.admin.ensureTopics(
    [decoded, events, timelines, transitions].map((topic) => ({ topic, partitions })),
  )
  const letters = exists.get(deadLetters) ?? partitions
  await kafka.admin.ensureTopics([{ topic: deadLetters, partitions: letters }])
}

function receivedAtOf({ data }: WireRecord): Readonly<Record<string, string>> {
  if ('envelope' in data) return { [RECEIVED_AT_HEADER]: String(data.envelope.receivedAt) }
  return 'receivedAt' in data ? { [RECEIVED_AT_HEADER]: String(data.receivedAt) } : {}
}
