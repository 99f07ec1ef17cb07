import { randomBytes } from 'node:crypto'
import { type GuardedProcess } from './guarded-process.ts'
import {
  configureKafkaNode, formatStorage, isFormatted, type KafkaNodeOptions, type KafkaProperties,
  replication, sharedProperties, startKafkaNode,
} from './kafka-node.ts'
import { type LocalStackPorts } from './ports.ts'

const HEAP_MB = 448

export interface KafkaBrokerOptions {
  readonly libraries: string
  readonly directory: string
  readonly ports: LocalStackPorts
}

/** One real Kafka node, broker and controller in one (KRaft). The folder is formatted the first time. */
export async function startKafkaBroker(options: KafkaBrokerOptions): Promise<GuardedProcess> {
  const { libraries, directory, ports } = options
  const node: KafkaNodeOptions = {
    name: 'kafka', libraries, directory, heapMb: HEAP_MB, port: ports.kafka,
    properties: serverProperties(ports),
  }
  if (!isFormatted(directory)) {
    const clusterId = randomBytes(16).toString('base64url')
    const args = [`--cluster-id=${clusterId}`, '--standalone']
    await formatStorage(libraries, await configureKafkaNode(node), args)
  }
  return startKafkaNode(node)
}

function serverProperties(ports: LocalStackPorts): KafkaProperties {
  const listeners =
    `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`
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
