import { topicNames, type TopicNames } from '@wabastream/contracts'
import { startCommand } from '@wabastream/end-to-end'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  ensureJavaDownloads,
  findFreePort,
  type GuardedProcess,
  type KafkaCluster,
  schemaRegistryUrl,
  startClickHouseEngine,
  startKafkaCluster,
  startSchemaRegistry,
} from '@wabastream/local-stack'
import { type FaultProxy, startFaultProxy } from '@wabastream/testing'
import { withoutProtection } from './service-instance.ts'

export const PARTITIONS = 6

/** Settings of topics that differ from the usual ones. */
export type TopicConfigs = Readonly<Partial<Record<keyof TopicNames, Record<string, string>>>>

export interface StackOptions {
  readonly directory: string
  readonly cluster: 'single' | 'three'
  /** The controller is a separate node and not a broker, so it survives whichever brokers end. */
  readonly isControllerApart?: boolean | undefined
  readonly topics?: TopicConfigs | undefined
  /** Settings of the brokers that differ from the usual ones. */
  readonly brokerProperties?: Readonly<Record<string, string>> | undefined
  /** Root of another version's code, which prepares first. */
  readonly formerRoot?: string | undefined
}

/** A server that a case ends and starts again, on the same port and folder. */
export interface StackPart {
  start(): Promise<void>
  kill(): Promise<void>
  /** How often it was running when killed. */
  readonly killCount: number
  stop(): Promise<void>
  pause(): void
  continue(): void
}

/** Kafka, schema registry and ClickHouse with everything in them that services expect. */
export interface PipelineStack {
  readonly cluster: KafkaCluster
  /**
   * One per broker, in their order; clients that bootstrap at `cluster.proxiedAddresses` use them
   * alone.
   */
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
  const ports = { schemaRegistry: await findFreePort(), clickhouse: await findFreePort() }
  const registry = createPart(() =>
    startSchemaRegistry({
      application,
      directory: `${directory}/schema-registry`,
      port: ports.schemaRegistry,
    }),
  )
  const clickhouse = createPart(() =>
    startClickHouseEngine({
      directory: `${directory}/clickhouse`,
      port: ports.clickhouse,
    }),
  )
  const [cluster] = await Promise.all([
    startKafkaCluster({
      brokers: options.cluster === 'three' ? 3 : 1,
      dataDirectory: directory,
      isControllerApart: options.isControllerApart ?? false,
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
  if (options.formerRoot !== undefined) await prepare(cluster, urls, options, options.formerRoot)
  await prepare(cluster, urls, options)
  await kafka.admin.changeTopics(
    Object.entries(options.topics ?? {}).map(([noun, config]) => ({
      topic: topicNames(1)[noun as keyof TopicNames],
      config,
    })),
  )
  const byPort = new Map(proxies.map((proxy) => [`127.0.0.1:${proxy.port}`, proxy]))
  return {
    cluster,
    kafka,
    registry,
    clickhouse,
    ...urls,
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

/**
 * Topics, schemas and tables as an installation makes them, by the command that makes them there.
 */
async function prepare(
  { addresses }: KafkaCluster,
  urls: Pick<PipelineStack, 'schemaRegistryUrl' | 'clickhouseUrl'>,
  { cluster }: StackOptions,
  code?: string,
): Promise<void> {
  const settings = {
    ...withoutProtection(),
    KAFKA_BROKERS: addresses.join(','),
    PARTITIONS: String(PARTITIONS),
    SCHEMA_REGISTRY_URL: urls.schemaRegistryUrl,
    CLICKHOUSE_URL: urls.clickhouseUrl,
    GENERATION: '1',
    MIN_INSYNC_REPLICAS: cluster === 'three' ? '2' : '0',
  }
  const command = startCommand(null, ['prepare'], settings, code)
  if ((await command.ended) !== 0) throw new Error(`nothing is prepared:\n${command.output()}`)
}
