import { checkFiles } from '@wabastream/channels'
import { topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import {
  type Logger,
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  toKafkaCompression,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { configSchema, type IngestorConfig } from './config.ts'
import { startIngestor } from './ingestor.ts'
import { loadFiles } from './load-files.ts'
import { type SpoolDisk } from './spool/spool-disk.ts'

/** The ingestor as a service, spooling to a disk that `openDisk` opens. */
export function createIngestorService(
  openDisk: (directory: string) => Promise<SpoolDisk>,
): ServiceDefinition<IngestorConfig> {
  return {
    service: 'ingestor',
    schema: configSchema,
    checkFiles,
    start: (context) => start(context, openDisk),
  }
}

async function start(
  { config, env, logger, registry, signal, fail, tracing }: ServiceContext<IngestorConfig>,
  openDisk: (directory: string) => Promise<SpoolDisk>,
): Promise<RunningService> {
  const files = loadFiles({ config, env, registry, logger })
  const channels = files.channels.loaded
  const tls = files.certificate?.loaded ?? null
  const spoolDisk = config.spoolDir === undefined ? null : await openDisk(config.spoolDir)
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers,
    ...toKafkaSecurity(config),
    ...toKafkaCompression(config),
    clientId: 'ingestor',
    registry,
    onError: (error) => logger.warn({ err: error }, 'kafka failed and is tried again'),
  })
  const topic = topicNames(config.generation).raw
  const ingestor = await startIngestor({
    config,
    tls,
    channels,
    topic,
    registry,
    logger,
    spoolDisk,
    producer: kafka.chainedProducer(),
    beginRequest: tracing.beginRequest,
  })
  logger.info({ port: ingestor.port, isSecure: tls !== null }, 'listening')
  const looking = files.follow(ingestor, config.reloadIntervalMs, signal)
  findPartitions({ topic, kafka, logger, signal }).then(
    (partitionCount) => ingestor.open({ partitionCount }),
    (error: unknown) => {
      if (!signal.aborted) fail(error)
    },
  )
  return {
    isAlive: () => ({ ok: true, reasons: [] }),
    isReady: () => ingestor.isReady(),
    routes: ingestor.adminRoutes,
    async stop() {
      await looking
      await ingestor.stop()
      await kafka.close()
    },
  }
}

/** Waits for Kafka and the raw topic, for as long as it takes. */
function findPartitions(options: {
  readonly topic: string
  readonly kafka: ReturnType<typeof createKafkaClient>
  readonly logger: Logger
  readonly signal: AbortSignal
}): Promise<number> {
  const { topic, kafka, logger, signal } = options
  return untilAvailable({
    what: `topic ${topic}`,
    logger,
    signal,
    async attempt() {
      const count = (await kafka.admin.partitionCounts([topic])).get(topic)
      if (count === undefined || count === 0) throw new Error(`topic ${topic} does not exist`)
      return count
    },
  })
}
