import { randomBytes } from 'node:crypto'
import { type FaultProxy, stackFromEnv, startFaultProxy } from '@wabastream/testing'
import { type KafkaRecord, type OutgoingRecord, type TopicPartition } from '@wabastream/processing'
import { createKafkaClient, type KafkaClient, type KafkaClientOptions } from './kafka-client.ts'

/** For tests: unique names on the real broker, and a client that reaches it through a proxy. */
export interface TestKafka {
  readonly kafka: KafkaClient
  /** Its requests and answers go through `proxy`. */
  readonly proxied: KafkaClient
  readonly proxy: FaultProxy
  /** Creates a topic and returns its name. */
  topic(options?: {
    readonly partitions?: number
    readonly config?: Record<string, string>
  }): Promise<string>
  /** A name that no other test has. */
  unique(name: string): string
  /** All committed values of a partition as text, and the position after them. */
  readAll(
    from: TopicPartition,
  ): Promise<{ readonly values: readonly string[]; readonly end: number }>
  close(): Promise<void>
}

/** Short, so that faults do not use up the test's time. */
const REQUEST_TIMEOUT_MS = 1_000

export async function startTestKafka(
  options: Partial<KafkaClientOptions> = {},
): Promise<TestKafka> {
  const { brokers } = stackFromEnv()
  const [host = '', port = ''] = brokers[0]?.split(':') ?? []
  if (host !== '127.0.0.1' && host !== 'localhost')
    throw new Error('these tests need a local broker')
  const proxy = await startFaultProxy({ targetPort: Number(port) })
  const common = {
    brokers,
    clientId: 'kafka-test',
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...options,
  }
  const kafka = createKafkaClient(common)
  const proxied = createKafkaClient({
    // Two clients can't count in one registry.
    brokers,
    clientId: 'kafka-test',
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    resolveAddress: () => ({ host: '127.0.0.1', port: proxy.port }),
  })
  const unique = (name: string): string =>
    `${name}-${process.pid}-${randomBytes(4).toString('hex')}`
  return {
    kafka,
    proxied,
    proxy,
    unique,
    topic: async ({ config = {}, partitions = 1 } = {}) => {
      const topic = unique('conformance')
      await kafka.admin.ensureTopics([{ topic, partitions, config }])
      return topic
    },
    readAll: async (from) => {
      const values: string[] = []
      const reader = kafka.partitionReader()
      const { offset } = await reader.readToEnd({ ...from, offset: 0 }, ({ records }) => {
        values.push(...records.map(textOf))
      })
      await reader.close()
      return { values, end: offset }
    },
    close: async () => {
      await Promise.all([kafka.close(), proxied.close()])
      await proxy.close()
    },
  }
}

const textOf = (record: KafkaRecord): string => record.valueText() ?? ''

export function recordOf(value: string): OutgoingRecord {
  return { key: null, value: Buffer.from(value) }
}
