import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts'
import { javaCommand } from './java-command.ts'
import { type LocalStackPorts } from './ports.ts'

const READY_TIMEOUT_MS = 90_000
const PROBE_TIMEOUT_MS = 1000
/** An ingestor body may have 3 MiB; headers and batch framing come on top. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024
const log4jConfig = fileURLToPath(new URL('../log4j2.properties', import.meta.url))

export interface KafkaBrokerOptions {
  readonly libraries: string
  readonly directory: string
  readonly ports: LocalStackPorts
}

/** One real Kafka node, broker and controller in one (KRaft). The folder is formatted the first time. */
export async function startKafkaBroker(options: KafkaBrokerOptions): Promise<GuardedProcess> {
  const { libraries, directory, ports } = options
  await mkdir(directory, { recursive: true })
  const propertiesFile = `${directory}/server.properties`
  await writeFile(propertiesFile, serverProperties(`${directory}/log`, ports))
  if (!existsSync(`${directory}/log/meta.properties`)) {
    await formatStorage(libraries, propertiesFile)
  }
  const broker = await startGuardedProcess({
    name: 'kafka',
    command: javaCommand(),
    args: [
      '-Xms192m', '-Xmx448m', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError',
      `-Dlog4j2.configurationFile=${log4jConfig}`,
      '-cp', `${libraries}/*`, 'kafka.Kafka', propertiesFile,
    ],
    logFile: `${directory}/kafka.log`,
  })
  await broker.waitUntilReady(() => answersApiVersions(ports.kafka), READY_TIMEOUT_MS)
    .catch(async (error: unknown) => {
      await broker.stop()
      throw error
    })
  return broker
}

function serverProperties(logDirectory: string, ports: LocalStackPorts): string {
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.kafkaController}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners':
      `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': logDirectory,
    'auto.create.topics.enable': false,
    'message.max.bytes': MESSAGE_BYTES_MAX,
    'replica.fetch.max.bytes': MESSAGE_BYTES_MAX,
    'max.request.partition.size.limit': 2000,
    'default.replication.factor': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Tests of fencing and of stuck members do not want to wait for the usual six seconds.
    'group.min.session.timeout.ms': 1000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // A broker that was killed may register again only after this; the default is 9 s.
    'broker.session.timeout.ms': 5000,
    'broker.heartbeat.interval.ms': 1000,
  }
  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`).join('')
}

function formatStorage(libraries: string, propertiesFile: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url')
  const args = [
    '-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', `${libraries}/*`, 'kafka.tools.StorageTool',
    'format', '--config', propertiesFile, '--cluster-id', clusterId, '--standalone',
  ]
  return new Promise((resolve, reject) => {
    const tool = spawn(javaCommand(), args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    tool.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    tool.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    tool.once('error', reject)
    tool.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`Kafka could not format its folder:\n${output}`))
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
