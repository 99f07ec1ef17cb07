import { createClickHouse, migrate } from '@wabastream/clickhouse'
import { topicNames, type TopicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  ensureJavaDownloads, findFreePorts, type GuardedProcess, type KafkaCluster, schemaRegistryUrl,
  startClickHouseEngine, startKafkaCluster, startSchemaRegistry,
} from '@wabastream/local-stack'
import { createAvroCodec } from '@wabastream/schema-registry'
import { type FaultProxy, startFaultProxy } from '@wabastream/testing'

export const PARTITIONS = 6
const RETENTION_DAYS = 400
const MESSAGE_BYTES_MAX = String(4 * 1024 * 1024)

/** Settings of topics that differ from the usual ones. */
export type TopicConfigs = Readonly<Partial<Record<keyof TopicNames, Record<string, string>>>>

export interface StackOptions {
  readonly directory: string
  readonly cluster: 'single' | 'three'
  readonly topics?: TopicConfigs | undefined
  /** Settings of the brokers that differ from the usual ones. */
  readonly brokerProperties?: Readonly<Record<string, string>> | undefined
}

/** A server that a case ends and starts again, on the same port and folder. */
export interface StackPart {
  start(): Promise<void>
  kill(): Promise<void>
  /** How often that hit it running. */
  readonly killCount: number
  stop(): Promise<void>
  pause(): void
  continue(): void
}

/** Kafka, schema registry and ClickHouse with everything in them that services expect. */
export interface PipelineStack {
  readonly cluster: KafkaCluster
  /** One per broker, in their order; clients that bootstrap at `cluster.proxiedAddresses` use them alone. */
  readonly proxies: readonly FaultProxy[]
  readonly registry: StackPart
  readonly schemaRegistryUrl: string
  readonly clickhouse: StackPart
  readonly clickhouseUrl: string
  /** Straight to the brokers. */
  readonly kafka: KafkaClient
  stop(): Promise<void>
}

export async function startPipelineStack(options: StackOptions): Promise<PipelineStack> {
  const { directory } = options
  const proxies: FaultProxy[] = []
  const { schemaRegistry: application } = await ensureJavaDownloads(() => undefined)
  const ports = await findFreePorts()
  const registry = createPart(() => startSchemaRegistry({
    application, directory: `${directory}/schema-registry`, port: ports.schemaRegistry,
  }))
  const clickhouse = createPart(() => startClickHouseEngine({
    directory: `${directory}/clickhouse`, port: ports.clickhouse,
  }))
  const [cluster] = await Promise.all([
    startKafkaCluster({
      brokers: options.cluster === 'three' ? 3 : 1, dataDirectory: directory,
      properties: options.brokerProperties ?? {},
      async advertise(targetPort) {
        const proxy = await startFaultProxy({ targetPort })
        proxies.push(proxy)
        return proxy.port
      },
    }),
    registry.start(),
    clickhouse.start(),
  ])
  const kafka = createKafkaClient({ brokers: [...cluster.addresses], clientId: 'faults' })
  const urls = {
    schemaRegistryUrl: schemaRegistryUrl(ports.schemaRegistry),
    clickhouseUrl: `http://127.0.0.1:${ports.clickhouse}`,
  }
  await Promise.all([
    createTopics(kafka, options.topics ?? {}),
    createAvroCodec({ url: urls.schemaRegistryUrl }).register(),
    createTables(urls.clickhouseUrl),
  ])
  const byPort = new Map(proxies.map((proxy) => [`127.0.0.1:${proxy.port}`, proxy]))
  return {
    cluster, kafka, registry, clickhouse, ...urls,
    proxies: cluster.proxiedAddresses.flatMap((address) => byPort.get(address) ?? []),
    async stop() {
      await kafka.close()
      await Promise.all([cluster.stop(), registry.stop(), clickhouse.stop()])
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}

function createPart(launch: () => Promise<GuardedProcess>): StackPart {
  let running: GuardedProcess | undefined
  let killCount = 0
  const end = async (how: 'kill' | 'stop'): Promise<void> => {
    const ending = running
    running = undefined
    if (how === 'kill' && ending !== undefined) killCount += 1
    await ending?.[how]()
  }
  return {
    async start() {
      running ??= await launch()
    },
    kill: () => end('kill'),
    get killCount() {
      return killCount
    },
    stop: () => end('stop'),
    pause: () => running?.pause(),
    continue: () => running?.continue(),
  }
}

async function createTopics(kafka: KafkaClient, configs: TopicConfigs): Promise<void> {
  const names = Object.entries(topicNames(1)) as [keyof TopicNames, string][]
  await kafka.admin.ensureTopics(names.map(([noun, topic]) => ({
    topic, partitions: PARTITIONS,
    config: {
      'max.message.bytes': MESSAGE_BYTES_MAX,
      'message.timestamp.type': 'LogAppendTime',
      'cleanup.policy': noun === 'timelines' ? 'compact' : 'delete',
      ...configs[noun],
    },
  })))
}

async function createTables(url: string): Promise<void> {
  const client = createClickHouse({ url })
  await migrate({ client, generation: 1, retentionDays: RETENTION_DAYS })
  await client.close()
}
