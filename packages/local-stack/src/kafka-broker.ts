import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { type GuardedProcess } from './process/guarded-process.ts'
import {
  configureKafkaNode,
  formatStorage,
  isFormatted,
  type KafkaNodeOptions,
  type KafkaProperties,
  logDirectoryOf,
  replication,
  sharedProperties,
  startKafkaNode,
} from './kafka-node.ts'
import { type LocalStackPorts } from './ports.ts'

const HEAP_MB = 448

export interface KafkaBrokerOptions {
  readonly libraries: string
  readonly directory: string
  readonly ports: LocalStackPorts
  /** Replace the options for a quick start. */
  readonly jvmOptions?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * One real Kafka node, broker and controller in one (KRaft). The folder is formatted the first
 * time.
 */
export async function startKafkaBroker(options: KafkaBrokerOptions): Promise<GuardedProcess> {
  const { libraries, directory, jvmOptions, ports, signal } = options
  const node: KafkaNodeOptions = {
    name: 'kafka',
    libraries,
    directory,
    heapMb: HEAP_MB,
    port: ports.kafka,
    properties: serverProperties(ports),
    jvmOptions,
    signal,
  }
  const mark = `${directory}/formatting`
  const wasInterrupted = existsSync(mark)
  if (wasInterrupted || !isFormatted(directory)) {
    // A folder that is only half formatted was never started, so it is empty.
    if (wasInterrupted) await rm(logDirectoryOf(directory), { recursive: true, force: true })
    await format(node, mark)
  }
  return startKafkaNode(node)
}

async function format(node: KafkaNodeOptions, mark: string): Promise<void> {
  const propertiesFile = await configureKafkaNode(node)
  await writeFile(mark, '')
  const clusterId = randomBytes(16).toString('base64url')
  await formatStorage(node, propertiesFile, [`--cluster-id=${clusterId}`, '--standalone'])
  await rm(mark)
}

function serverProperties(ports: LocalStackPorts): KafkaProperties {
  const listeners = `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`
  return {
    ...sharedProperties,
    ...replication(1, 1),
    'node.id': 1,
    'controller.quorum.bootstrap.servers': `127.0.0.1:${ports.kafkaController}`,
    listeners,
    'advertised.listeners': listeners,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  }
}
