import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipelineTopics, topicName } from '@wabastream/contracts'
import { createClickHouse, migrate } from '@wabastream/clickhouse'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { findFreePort, type LocalStack, startLocalStack } from '@wabastream/local-stack'
import { exampleChannels } from '@wabastream/simulator'
import {
  type ServiceProcess,
  type ServiceProcessOptions,
  startServiceProcess,
} from '@wabastream/testing'

const PARTITIONS = 6
const MESSAGE_BYTES_MAX = String(4 * 1024 * 1024)

/** A stack of its own with empty topics, in which single services can be started and measured. */
export interface BenchPipeline {
  readonly kafka: KafkaClient
  readonly brokers: readonly string[]
  readonly clickhouseUrl: string
  readonly schemaRegistryUrl: string
  /** For files of a bench; goes with the pipeline. */
  readonly directory: string
  readonly port: number
  /** Topics and tables of a generation beside the first, which is there. */
  addGeneration(generation: number): Promise<void>
  /** `more` are variables beyond the usual ones. */
  start(
    service: ServiceProcessOptions['service'],
    more?: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess>
  close(): Promise<void>
}

export async function createBenchPipeline(
  port: number,
  { partitions = PARTITIONS }: { readonly partitions?: number } = {},
): Promise<BenchPipeline> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-bench-'))
  const stack = await startLocalStack({
    dataDirectory: join(directory, 'stack'),
    ports: findFreePort,
    // A broker that runs as fast as it would elsewhere.
    kafkaJvmOptions: [],
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  const kafka = createKafkaClient({ brokers: [...stack.brokers], clientId: 'bench' })
  const addGeneration = async (generation: number): Promise<void> => {
    await createTopics(kafka, { generation, partitions })
    await createTables(stack.clickhouseUrl, generation)
  }
  await addGeneration(1)
  const channelsFile = join(directory, 'channels.json')
  await writeFile(channelsFile, channelFile())
  const services: ServiceProcess[] = []
  return {
    kafka,
    brokers: stack.brokers,
    clickhouseUrl: stack.clickhouseUrl,
    schemaRegistryUrl: stack.schemaRegistryUrl,
    directory,
    port,
    addGeneration,
    async start(service, more = {}) {
      const usual = environmentOf(stack, { directory, channelsFile, port })
      const env = { ...usual, PARTITIONS: String(partitions), ...more }
      const logFile = join(directory, `${service}-${services.length}.log`)
      const started = await startServiceProcess({ service, env, logFile })
      services.push(started)
      return started
    },
    async close() {
      await Promise.all(services.map((service) => service.stop()))
      await kafka.close()
      await stack.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function environmentOf(
  stack: LocalStack,
  { directory, channelsFile, port }: { directory: string; channelsFile: string; port: number },
): Record<string, string> {
  return {
    KAFKA_BROKERS: stack.brokers.join(','),
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    STATE_DIR: join(directory, 'state'),
    CHANNELS_FILE: channelsFile,
    PORT: String(port),
    BENCH_SECRET: benchChannel.secret,
  }
}

const [cloud] = exampleChannels
if (cloud?.credential.kind !== 'hmac') throw new Error('the first example channel is signed')

/** Where the load goes. */
export const benchChannel = { ...cloud, secret: cloud.credential.secret }

/** YAML is a superset of JSON. */
function channelFile(): string {
  const secrets = [{ id: 'bench', env: 'BENCH_SECRET' }]
  const { name, dialect } = benchChannel
  return JSON.stringify({ channels: [{ name, dialect, strategies: { hmac: { secrets } } }] })
}

async function createTopics(
  kafka: KafkaClient,
  { generation, partitions }: { readonly generation: number; readonly partitions: number },
): Promise<void> {
  const config = {
    'max.message.bytes': MESSAGE_BYTES_MAX,
    'message.timestamp.type': 'LogAppendTime',
  }
  await kafka.admin.ensureTopics(
    pipelineTopics.map((topic) => ({
      topic: topicName(topic, generation),
      partitions: topic.key === 'subject' ? partitions : PARTITIONS,
      config: { ...config, ...(topic.isCompacted && { 'cleanup.policy': 'compact' }) },
    })),
  )
}

async function createTables(url: string, generation: number): Promise<void> {
  const client = createClickHouse({ url })
  await migrate({ client, generation, retentionDays: 400 })
  await client.close()
}
