import type { Producer } from 'kafkajs'
import { clientRetry, type Connection } from '../connection/connection.ts'
import { wiredKafkajs } from '../wire/install.ts'
import { type Broker, type Cluster, type SoughtCoordinator } from '../wire/internals.ts'

interface TransactionalProducerOptions {
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
}

const METADATA_AGE_MS = 300_000

/**
 * The client asks for its coordinators again at each step, four times per transaction. Here it asks
 * once: any failure ends the producer, and with it what it remembers.
 */
function rememberCoordinators(cluster: Cluster): void {
  const find = cluster.findGroupCoordinator.bind(cluster)
  const found = new Map<string, Broker>()
  cluster.findGroupCoordinator = async (sought: SoughtCoordinator) => {
    const key = `${sought.coordinatorType ?? 0}/${sought.groupId}`
    const known = found.get(key)
    if (known?.isConnected() === true) return known
    const broker = await find(sought)
    found.set(key, broker)
    return broker
  }
}

export function openTransactionalProducer(
  { config, kafka }: Connection,
  options: TransactionalProducerOptions,
): Producer {
  const { Cluster: ClusterOfClient, createProducer, InstrumentationEmitter } = wiredKafkajs()
  const instrumentationEmitter = new InstrumentationEmitter()
  const logger = kafka.logger()
  const cluster = new ClusterOfClient({
    ...config,
    logger,
    instrumentationEmitter,
    metadataMaxAge: METADATA_AGE_MS,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
  })
  rememberCoordinators(cluster)
  return createProducer({
    cluster,
    logger,
    instrumentationEmitter,
    transactionalId: options.transactionalId,
    transactionTimeout: options.transactionTimeoutMs,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    // A batch that only some brokers took must not be sent again with new sequences.
    retry: { ...clientRetry, retries: 0 },
  })
}
