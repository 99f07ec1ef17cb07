import { type Connections, openConnections, registerSchemas } from '@wabastream/connections'
import { consumerGroup, readTopics, topicNames, type TopicNames } from '@wabastream/contracts'
import {
  createProgressWatchdog,
  PartitionCountError,
  splitLatencyBudget,
} from '@wabastream/processing'
import {
  type RunningService,
  runService,
  type ServiceContext,
  toHealth,
  untilAvailable,
} from '@wabastream/service-host'
import { createBatchLog } from './batch-log.ts'
import { configSchema, type DecoderConfig } from './config.ts'
import { createBatchHandler } from './decoder.ts'
import { createDecoderMetrics } from './decoder-metrics.ts'
import { checkRawTimes, readTargets, type Targets } from '@wabastream/decoding'

const HALTED = 'partition halted: docs/runbooks/halted-partition.md'

await runService({ service: 'decoder', schema: configSchema, start })

async function start(service: ServiceContext<DecoderConfig>): Promise<RunningService> {
  const { config, fail, logger, registry, signal, tracing } = service
  const { generation } = config
  const topics = topicNames(generation)
  const { codec, kafka, targets } = await connect(service, topics)
  const count = createDecoderMetrics(registry)
  const log = createBatchLog(logger)
  const producer = kafka.chainedProducer()
  const { periodMs, phaseMs } = splitLatencyBudget(config.latencyBudgetMs)
  const consumer = kafka.batchConsumer({
    groupId: consumerGroup('decoder', generation),
    topics: readTopics('decoder', generation),
    batchBytesMax: config.batchBytesMax,
    sessionTimeoutMs: config.sessionTimeoutMs,
    fetchSpacingMs: periodMs,
    fetchPhaseMs: phaseMs.decoder,
    handlers: {
      onCrash: fail,
      onBatch: (batch, context) => onBatch(batch, context),
      onHalted: ({ topic, partition }, err) => {
        logger.error({ topic, partition, err }, HALTED)
      },
    },
  })
  const onBatch = createBatchHandler({
    codec,
    producer,
    consumer,
    targets,
    generation,
    now: Date.now,
    beginTraces: tracing.beginTraces,
    observe(facts) {
      count(facts)
      log(facts)
    },
  })
  const watchdog = createProgressWatchdog({
    progress: () => consumer.progress(),
    timeoutMs: config.livenessTimeoutMs,
    now: Date.now,
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= consumer.close())
  signal.addEventListener('abort', () => {
    void close()
  })
  await consumer.start()
  return {
    isAlive: () => toHealth(watchdog.standstills()),
    isReady: () => toHealth(consumer.haltReasons()),
    async stop() {
      await close()
      await kafka.close()
    },
  }
}

/** Waits for whatever is away. Only a registry or topics that do not fit end the process. */
async function connect(
  service: ServiceContext<DecoderConfig>,
  topics: TopicNames,
): Promise<Connections & { readonly targets: Targets }> {
  const { codec, kafka } = openConnections('wabastream-decoder', service)
  await registerSchemas(codec, service)
  const { config, logger, signal } = service
  const targets = await untilAvailable({
    what: 'topics',
    attempt: () => readTargets(kafka.admin, topics, config.partitions),
    isPermanent: (error) => error instanceof PartitionCountError,
    logger,
    signal,
  })
  await untilAvailable({
    what: 'raw topic',
    attempt: () => checkRawTimes(kafka.admin, topics.raw),
    logger,
    signal,
  })
  return { codec, kafka, targets }
}
