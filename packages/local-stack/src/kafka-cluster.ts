import { randomBytes, randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createClusterBroker, type ClusterBroker } from './kafka-cluster-broker.ts'
import {
  configureKafkaNode, formatStorage, isFormatted, type KafkaNodeOptions, type KafkaProperties,
  logDirectoryOf, replication, sharedProperties,
} from './kafka-node.ts'
import { ensureJavaDownloads } from './java-downloads.ts'
import { findFreePort } from './ports.ts'

const HEAP_MB = 384
const LISTENERS = 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT'

export interface KafkaClusterOptions {
  readonly brokers: 1 | 3
  readonly dataDirectory: string
  /**
   * Called once per broker with the port of a second listener; resolves with the port that this
   * listener advertises. Whoever bootstraps there is sent to such ports alone, as to proxies.
   */
  readonly advertise?: (listenerPort: number) => Promise<number>
  /** Arguments for the tool that formats the folder, such as users to begin with. */
  readonly formatArgs?: readonly string[]
  /** Settings that differ from ours. */
  readonly properties?: KafkaProperties
  readonly onProgress?: (line: string) => void
}

export interface KafkaCluster {
  readonly brokers: readonly ClusterBroker[]
  /** `host:port` of every broker, led by nobody. */
  readonly addresses: readonly string[]
  /** `host:port` as the second listeners advertise them; empty where there are none. */
  readonly proxiedAddresses: readonly string[]
  /** Throws when no broker has the id. */
  broker(id: number): ClusterBroker
  stop(): Promise<void>
}

interface NodePorts {
  readonly id: number
  readonly direct: number
  readonly controller: number
  readonly proxied: number
  readonly advertised: number
}

/**
 * Real Kafka nodes, each broker and controller in one (KRaft), whose ends are the caller's to
 * choose. Three of them replicate everything threefold and acknowledge with two in sync.
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const { libraries } = await findLibraries(options)
  const ports = await Promise.all(Array.from({ length: options.brokers }, (_, index) =>
    choosePorts(index + 1, options)))
  const nodes = ports.map((own): KafkaNodeOptions => ({
    name: `kafka-${own.id}`, libraries, heapMb: HEAP_MB, port: own.direct,
    directory: `${options.dataDirectory}/kafka-${own.id}`,
    properties: propertiesOf(own, ports, options),
  }))
  await formatNodes(nodes, options.formatArgs ?? [])
  const brokers = nodes.map((node, index) => createClusterBroker(index + 1, node))
  const stop = async (): Promise<void> => {
    await Promise.all(brokers.map((broker) => broker.stop()))
  }
  try {
    await Promise.all(brokers.map((broker) => broker.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    brokers, stop,
    addresses: brokers.map(({ address }) => address),
    proxiedAddresses: options.advertise === undefined
      ? []
      : ports.map(({ advertised }) => `127.0.0.1:${advertised}`),
    broker(id) {
      const found = brokers.find((broker) => broker.id === id)
      if (found === undefined) throw new Error(`there is no broker ${id}`)
      return found
    },
  }
}

async function findLibraries({ onProgress }: KafkaClusterOptions): Promise<{ libraries: string }> {
  const { kafkaLibraries } = await ensureJavaDownloads(onProgress ?? (() => undefined))
  return { libraries: kafkaLibraries }
}

async function choosePorts(id: number, { advertise }: KafkaClusterOptions): Promise<NodePorts> {
  const [direct, controller, proxied] = await Promise.all(
    [findFreePort(), findFreePort(), findFreePort()])
  const advertised = advertise === undefined ? proxied : await advertise(proxied)
  return { id, direct, controller, proxied, advertised }
}

function propertiesOf(
  own: NodePorts, all: readonly NodePorts[], options: KafkaClusterOptions,
): KafkaProperties {
  const fixed = `PLAINTEXT://127.0.0.1:${own.direct},CONTROLLER://127.0.0.1:${own.controller}`
  return {
    ...sharedProperties,
    ...(options.brokers === 3 ? replication(3, 2) : replication(1, 1)),
    'node.id': own.id,
    'controller.quorum.voters':
      all.map(({ controller, id }) => `${id}@127.0.0.1:${controller}`).join(','),
    listeners: `${fixed},PROXIED://127.0.0.1:${own.proxied}`,
    'advertised.listeners': `${fixed},PROXIED://127.0.0.1:${own.advertised}`,
    'listener.security.protocol.map': LISTENERS,
    'inter.broker.listener.name': 'PLAINTEXT',
    ...options.properties,
  }
}

/** Formatting takes a JVM: one folder is formatted, the others are its copies with other ids. */
async function formatNodes(
  nodes: readonly KafkaNodeOptions[], formatArgs: readonly string[],
): Promise<void> {
  const [first, ...others] = nodes
  if (first === undefined || isFormatted(first.directory)) return
  const clusterId = randomBytes(16).toString('base64url')
  const file = await configureKafkaNode(first)
  await formatStorage(first.libraries, file, [`--cluster-id=${clusterId}`, ...formatArgs])
  await Promise.all(others.map((node) => copyFormat(first, node)))
}

async function copyFormat(from: KafkaNodeOptions, to: KafkaNodeOptions): Promise<void> {
  await mkdir(to.directory, { recursive: true })
  const [source, target] = [logDirectoryOf(from.directory), logDirectoryOf(to.directory)]
  await cp(source, target, { recursive: true })
  const meta = await readFile(`${source}/meta.properties`, 'utf8')
  const directoryId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  await writeFile(`${target}/meta.properties`, meta
    .replace(/^node\.id=.*$/m, `node.id=${String(to.properties['node.id'])}`)
    .replace(/^directory\.id=.*$/m, `directory.id=${directoryId}`))
}
