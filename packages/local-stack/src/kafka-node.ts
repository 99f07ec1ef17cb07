import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type GuardedProcess, startGuardedProcess } from './process/guarded-process.ts'
import { PartFailedError } from './process/part-errors.ts'
import { classArchiveOptions } from './class-archive.ts'
import { javaCommand } from './process/java-command.ts'

const READY_TIMEOUT_MS = 90_000
const PROBE_TIMEOUT_MS = 1000
/** A body may have 3 MiB; headers and batch framing come on top. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024
const log4jConfig = fileURLToPath(new URL('../log4j2.properties', import.meta.url))

export type KafkaProperties = Readonly<Record<string, string | number | boolean>>

export interface KafkaNodeOptions {
  readonly name: string
  readonly libraries: string
  readonly directory: string
  readonly heapMb: number
  /** Port of the first listener: Kafka answers there once it serves. */
  readonly port: number
  readonly properties: KafkaProperties
  /** Replace the options for a quick start. */
  readonly jvmOptions?: readonly string[] | undefined
  /** Ends what is under way until it is ready. */
  readonly signal?: AbortSignal | undefined
}

/** What all brokers on this machine share. */
export const sharedProperties: KafkaProperties = {
  'process.roles': 'broker,controller',
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': false,
  'message.max.bytes': MESSAGE_BYTES_MAX,
  'replica.fetch.max.bytes': MESSAGE_BYTES_MAX,
  'max.request.partition.size.limit': 2000,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.num.partitions': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
  // Tests of fencing and of stuck members should not wait for the usual six seconds.
  'group.min.session.timeout.ms': 1000,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
  // A broker that was killed may register again only after this; the default is 9 s.
  'broker.session.timeout.ms': 5000,
  'broker.heartbeat.interval.ms': 1000,
}

/** Replication factors of Kafka's internal topics, and the default for ours. */
export function replication(factor: number, inSyncMin: number): KafkaProperties {
  return {
    'default.replication.factor': factor,
    'min.insync.replicas': inSyncMin,
    'offsets.topic.replication.factor': factor,
    'transaction.state.log.replication.factor': factor,
    'transaction.state.log.min.isr': inSyncMin,
    'share.coordinator.state.topic.replication.factor': factor,
  }
}

export function logDirectoryOf(directory: string): string {
  return `${directory}/log`
}

export function isFormatted(directory: string): boolean {
  return existsSync(`${logDirectoryOf(directory)}/meta.properties`)
}

/** Writes the node's configuration and resolves with its file. */
export async function configureKafkaNode(options: KafkaNodeOptions): Promise<string> {
  const { directory, properties } = options
  await mkdir(directory, { recursive: true })
  const file = `${directory}/server.properties`
  const lines = Object.entries({ ...properties, 'log.dirs': logDirectoryOf(directory) }).map(
    ([key, value]) => `${key}=${value}\n`,
  )
  await writeFile(file, lines.join(''))
  return file
}

/** Starts a node in a folder that is formatted, and resolves when it answers. */
export async function startKafkaNode(options: KafkaNodeOptions): Promise<GuardedProcess> {
  const { directory, heapMb, libraries, name, port, properties } = options
  const propertiesFile = await configureKafkaNode(options)
  const node = await startGuardedProcess({
    name,
    command: javaCommand(),
    args: [
      `-Xms${Math.min(192, heapMb)}m`,
      `-Xmx${heapMb}m`,
      '-XX:+UseSerialGC',
      '-XX:+ExitOnOutOfMemoryError',
      ...(options.jvmOptions ?? quickStartOptions(libraries)),
      `-Dlog4j2.configurationFile=${log4jConfig}`,
      '-cp',
      `${libraries}/*`,
      'kafka.Kafka',
      propertiesFile,
    ],
    logFile: `${directory}/kafka.log`,
    announcements: addressesOf(properties).map((address) => `socket connections on ${address}.`),
    signal: options.signal,
  })
  await node
    .waitUntilReady(() => answersApiVersions(port), READY_TIMEOUT_MS)
    .catch(async (error: unknown) => {
      await node.stop()
      throw error
    })
  return node
}

/** `host:port` of each listener. */
function addressesOf({ listeners }: KafkaProperties): readonly string[] {
  return String(listeners)
    .split(',')
    .map((listener) => listener.replace(/^.*:\/\//, ''))
}

/** The second compiler pays off only after minutes, and most nodes here live for less. */
function quickStartOptions(libraries: string): readonly string[] {
  return [...classArchiveOptions(libraries), '-XX:TieredStopAtLevel=1']
}

export function formatStorage(
  { libraries, signal }: Pick<KafkaNodeOptions, 'libraries' | 'signal'>,
  propertiesFile: string,
  formatArgs: readonly string[],
): Promise<void> {
  const args = [
    '-Xmx128m',
    ...quickStartOptions(libraries),
    '-cp',
    `${libraries}/*`,
    'kafka.tools.StorageTool',
    'format',
    '--config',
    propertiesFile,
    ...formatArgs,
  ]
  return new Promise((resolve, reject) => {
    const tool = spawn(javaCommand(), args, {
      // Java reads arguments, which may hold passwords, by the locale: without one as ASCII.
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    })
    let output = ''
    tool.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    tool.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    tool.once('error', reject)
    tool.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new PartFailedError(`Kafka could not format its folder:\n${output}`))
    })
  })
}

/** A bound port is not enough: Kafka binds early and answers only once it serves. */
function answersApiVersions(port: number): Promise<boolean> {
  // Size 10; ApiVersions (18) version 0; correlation id 1; no client id.
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff])
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request))
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(PROBE_TIMEOUT_MS, () => settle(false))
    socket.once('data', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
