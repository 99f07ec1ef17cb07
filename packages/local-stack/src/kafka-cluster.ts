import { randomBytes, randomUUID } from 'node:crypto'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createClusterBroker, type ClusterBroker } from './kafka-cluster-broker.ts'
import {
  configureKafkaNode,
  formatStorage,
  isFormatted,
  type KafkaNodeOptions,
  type KafkaProperties,
  logDirectoryOf,
  replication,
  sharedProperties,
} from './kafka-node.ts'
import { ensureJavaDownloads } from './java-downloads.ts'
import { findFreePort } from './ports.ts'

const HEAP_MB = 384
const CONTROLLER_HEAP_MB = 192
const LISTENERS = 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT'

export interface KafkaClusterOptions {
  readonly brokers: 1 | 3
  /**
   * An additional node is the only controller, and is not a broker. Otherwise each broker is a
   * controller, too.
   */
  readonly isControllerApart?: boolean
  readonly dataDirectory: string
  /**
   * Called once per broker with the port of a second listener; resolves with the port that this
   * listener advertises. A client that bootstraps there is sent only to such ports, for example to
   * proxies.
   */
  readonly advertise?: (listenerPort: number) => Promise<number>
  /** Arguments for the tool that formats the folder, such as users to begin with. */
  readonly formatArgs?: readonly string[]
  /** Settings that replace ours. */
  readonly properties?: KafkaProperties
  readonly onProgress?: (line: string) => void
}

export interface KafkaCluster {
  readonly brokers: readonly ClusterBroker[]
  /** `host:port` of every broker, without a proxy. */
  readonly addresses: readonly string[]
  /** `host:port` as the second listeners advertise them; empty if there are none. */
  readonly proxiedAddresses: readonly string[]
  /** Throws if no broker has the id. */
  broker(id: number): ClusterBroker
  stop(): Promise<void>
}

interface ControllerPort {
  readonly id: number
  readonly controller: number
}

interface NodePorts extends ControllerPort {
  readonly direct: number
  readonly proxied: number
  readonly advertised: number
}

/**
 * Real Kafka nodes (KRaft) that the caller may end at will. Three brokers replicate
 * everything threefold and acknowledge with two in sync.
 */
export async function startKafkaCluster(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const { libraries } = await findLibraries(options)
  const ports = await Promise.all(
    Array.from({ length: options.brokers }, (_, index) => choosePorts(index + 1, options)),
  )
  const controllers = options.isControllerApart === true ? [await chooseController(ports)] : ports
  const apart = controllers
    .filter(({ id }) => id > ports.length)
    .map((own): KafkaNodeOptions => ({
      name: 'kafka-controller',
      libraries,
      heapMb: CONTROLLER_HEAP_MB,
      port: own.controller,
      directory: `${options.dataDirectory}/kafka-controller`,
      properties: propertiesOfController(own, controllers, options),
    }))
  const nodes = ports.map((own): KafkaNodeOptions => ({
    name: `kafka-${own.id}`,
    libraries,
    heapMb: HEAP_MB,
    port: own.direct,
    directory: `${options.dataDirectory}/kafka-${own.id}`,
    properties: propertiesOf(own, controllers, options),
  }))
  await formatNodes([...apart, ...nodes], options.formatArgs ?? [])
  const brokers = nodes.map((node, index) => createClusterBroker(index + 1, node))
  const others = apart.map((node, index) => createClusterBroker(nodes.length + index + 1, node))
  const stop = async (): Promise<void> => {
    // Brokers that stop in order need a controller to report to.
    await Promise.all(brokers.map((broker) => broker.stop()))
    await Promise.all(others.map((controller) => controller.stop()))
  }
  try {
    await Promise.all([...others, ...brokers].map((node) => node.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    brokers,
    stop,
    addresses: brokers.map(({ address }) => address),
    proxiedAddresses:
      options.advertise === undefined
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
  const [direct, controller, proxied] = await Promise.all([
    findFreePort(),
    findFreePort(),
    findFreePort(),
  ])
  const advertised = advertise === undefined ? proxied : await advertise(proxied)
  return { id, direct, controller, proxied, advertised }
}

async function chooseController(brokers: readonly NodePorts[]): Promise<ControllerPort> {
  return { id: brokers.length + 1, controller: await findFreePort() }
}

function replicationOf(brokers: 1 | 3): KafkaProperties {
  return brokers === 3 ? replication(3, 2) : replication(1, 1)
}

function votersOf(controllers: readonly ControllerPort[]): string {
  return controllers.map(({ controller, id }) => `${id}@127.0.0.1:${controller}`).join(',')
}

function propertiesOfController(
  { controller, id }: ControllerPort,
  all: readonly ControllerPort[],
  { brokers }: KafkaClusterOptions,
): KafkaProperties {
  return {
    ...sharedProperties,
    // The controller decides the number of replicas of topics that are made without one.
    ...replicationOf(brokers),
    'process.roles': 'controller',
    'node.id': id,
    'controller.quorum.voters': votersOf(all),
    listeners: `CONTROLLER://127.0.0.1:${controller}`,
    'listener.security.protocol.map': LISTENERS,
  }
}

function propertiesOf(
  own: NodePorts,
  controllers: readonly ControllerPort[],
  options: KafkaClusterOptions,
): KafkaProperties {
  const isController = controllers.some(({ id }) => id === own.id)
  const fixed =
    `PLAINTEXT://127.0.0.1:${own.direct}` +
    (isController ? `,CONTROLLER://127.0.0.1:${own.controller}` : '')
  return {
    ...sharedProperties,
    ...replicationOf(options.brokers),
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': own.id,
    'controller.quorum.voters': votersOf(controllers),
    listeners: `${fixed},PROXIED://127.0.0.1:${own.proxied}`,
    'advertised.listeners': `${fixed},PROXIED://127.0.0.1:${own.advertised}`,
    'listener.security.protocol.map': LISTENERS,
    'inter.broker.listener.name': 'PLAINTEXT',
    ...options.properties,
  }
}

/**
 * Formatting takes a JVM, so one folder is formatted, and the others are copies of it with other
 * ids.
 */
async function formatNodes(
  nodes: readonly KafkaNodeOptions[],
  formatArgs: readonly string[],
): Promise<void> {
  const [first, ...others] = nodes
  if (first === undefined || isFormatted(first.directory)) return
  const clusterId = randomBytes(16).toString('base64url')
  const file = await configureKafkaNode(first)
  await formatStorage(first, file, [`--cluster-id=${clusterId}`, ...formatArgs])
  await Promise.all(others.map((node) => copyFormat(first, node)))
}

async function copyFormat(from: KafkaNodeOptions, to: KafkaNodeOptions): Promise<void> {
  await mkdir(to.directory, { recursive: true })
  const [source, target] = [logDirectoryOf(from.directory), logDirectoryOf(to.directory)]
  await cp(source, target, { recursive: true })
  const meta = await readFile(`${source}/meta.properties`, 'utf8')
  const directoryId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  await writeFile(
    `${target}/meta.properties`,
    meta
      .replace(/^node\.id=.*$/m, `node.id=${String(to.properties['node.id'])}`)
      .replace(/^directory\.id=.*$/m, `directory.id=${directoryId}`),
  )
}
