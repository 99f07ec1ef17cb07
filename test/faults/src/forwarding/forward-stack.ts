import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ProgramName, topicNames } from '@wabastream/contracts'
import { renderChannelFile } from '@wabastream/end-to-end'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  ensureJavaDownloads,
  findFreePort,
  type GuardedProcess,
  type KafkaCluster,
  schemaRegistryUrl,
  startKafkaCluster,
  startSchemaRegistry,
} from '@wabastream/local-stack'
import { exampleChannels } from '@wabastream/simulator'
import { type FaultProxy, startFaultProxy } from '@wabastream/testing'
import { ServiceInstance } from '../harness/service-instance.ts'

const PARTITIONS = 3
const MESSAGE_BYTES_MAX = '4194304'
const SESSION_TIMEOUT_MS = '2000'
const COMMIT_INTERVAL_MS = '300'

export interface ForwardStackOptions {
  /** Settings of each destination beyond its address. */
  readonly destinations: readonly { readonly name: string; readonly url: string }[]
  /** Processes that share the partitions of every destination. */
  readonly forwarders: number
  readonly hasIngestor: boolean
}

/** What a forwarder needs, and forwarders that reach the broker through a proxy. */
export interface ForwardStack {
  readonly kafka: KafkaClient
  readonly schemaRegistryUrl: string
  readonly proxies: readonly FaultProxy[]
  readonly forwarders: readonly ServiceInstance<ProgramName>[]
  /** Origins of the ingestors. */
  readonly webhookUrls: readonly string[]
  stop(): Promise<void>
}

/** Forwarders run, and are ready. */
export async function startForwardStack(options: ForwardStackOptions): Promise<ForwardStack> {
  const directory = await mkdtemp(join(tmpdir(), 'wabastream-forward-'))
  const servers = await startServers(directory)
  const { cluster, kafka, proxies, registry, registryUrl } = servers
  const destinationsFile = join(directory, 'destinations.yaml')
  // YAML is a superset of JSON.
  await writeFile(destinationsFile, JSON.stringify({ destinations: options.destinations }))
  const forwarders = await Promise.all(
    Array.from({ length: options.forwarders }, (_, index) =>
      createInstance('forwarder', index + 1, {
        directory,
        environment: {
          KAFKA_BROKERS: cluster.proxiedAddresses.join(','),
          SCHEMA_REGISTRY_URL: registryUrl,
          DESTINATIONS_FILE: destinationsFile,
          COMMIT_INTERVAL_MS,
          SESSION_TIMEOUT_MS,
        },
      }),
    ),
  )
  const ingestors = options.hasIngestor ? [await createIngestor(directory, cluster)] : []
  const instances = [...forwarders, ...ingestors]
  const stack = {
    kafka,
    proxies,
    forwarders,
    schemaRegistryUrl: registryUrl,
    webhookUrls: ingestors.map(({ environment }) => `http://127.0.0.1:${environment['PORT']}`),
    async stop() {
      await Promise.all(instances.map((one) => one.stop()))
      await kafka.close()
      await Promise.all([cluster.stop(), registry.stop()])
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await rm(directory, { recursive: true, force: true })
    },
  }
  try {
    await createTopics(kafka)
    await Promise.all(instances.map((one) => one.start()))
    await Promise.all(instances.map((one) => one.untilReady()))
  } catch (error) {
    await stack.stop()
    throw error
  }
  return stack
}

interface Servers {
  readonly cluster: KafkaCluster
  readonly kafka: KafkaClient
  readonly proxies: readonly FaultProxy[]
  readonly registry: GuardedProcess
  readonly registryUrl: string
}

async function startServers(directory: string): Promise<Servers> {
  const proxies: FaultProxy[] = []
  const { schemaRegistry: application } = await ensureJavaDownloads(() => undefined)
  const port = await findFreePort()
  const [cluster, registry] = await Promise.all([
    startKafkaCluster({
      brokers: 1,
      dataDirectory: directory,
      async advertise(targetPort) {
        const proxy = await startFaultProxy({ targetPort })
        proxies.push(proxy)
        return proxy.port
      },
    }),
    startSchemaRegistry({ application, directory: `${directory}/schema-registry`, port }),
  ])
  const kafka = createKafkaClient({ brokers: [...cluster.addresses], clientId: 'faults' })
  return { cluster, kafka, proxies, registry, registryUrl: schemaRegistryUrl(port) }
}

async function createTopics(kafka: KafkaClient): Promise<void> {
  const { deadLetters, forwarding, raw } = topicNames(1)
  const config = { 'max.message.bytes': MESSAGE_BYTES_MAX }
  const compacted = { ...config, 'cleanup.policy': 'compact' }
  await kafka.admin.ensureTopics([
    { topic: raw, partitions: PARTITIONS, config },
    { topic: deadLetters, partitions: PARTITIONS, config },
    { topic: forwarding, partitions: 1, config: compacted },
  ])
}

async function createIngestor(
  directory: string,
  { addresses }: KafkaCluster,
): Promise<ServiceInstance<ProgramName>> {
  const channels = renderChannelFile(exampleChannels)
  const channelsFile = join(directory, 'channels.json')
  await writeFile(channelsFile, channels.text)
  return createInstance('ingestor', 1, {
    directory,
    environment: {
      ...channels.environment,
      KAFKA_BROKERS: addresses.join(','),
      CHANNELS_FILE: channelsFile,
      PORT: String(await findFreePort()),
    },
  })
}

async function createInstance(
  service: 'forwarder' | 'ingestor',
  number: number,
  options: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
): Promise<ServiceInstance<ProgramName>> {
  return new ServiceInstance({
    service,
    number,
    adminPort: await findFreePort(),
    directory: join(options.directory, 'logs'),
    environment: options.environment,
  })
}
