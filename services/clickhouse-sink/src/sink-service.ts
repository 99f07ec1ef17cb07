import { type ClickHouse, createClickHouse, readViewsGeneration } from '@wabastream/clickhouse'
import { consumerGroup, readTopics, topicNames } from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import {
  type BatchConsumer,
  createDeadLetterSender,
  createProgressWatchdog,
  PartitionCountError,
  type SendDeadLetters,
} from '@wabastream/processing'
import {
  type AvroCodec,
  createAvroCodec,
  createRecordReader,
  isSchemaRefused,
} from '@wabastream/schema-registry'
import {
  type RunningService,
  type ServiceContext,
  toHealth,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { createActivityWatch } from './reconciliation/activity-watch.ts'
import { type SinkConfig } from './config.ts'
import { watchLiveGeneration } from './live-generation.ts'
import { type Reconciler, startReconciler } from './reconciliation/reconciler.ts'
import { createReconciliationMetrics } from './reconciliation/reconciliation-metrics.ts'
import { createSinkMetrics } from './status/sink-metrics.ts'
import { createSinkReport } from './status/sink-report.ts'
import { createSink } from './sink.ts'
import { assertTables, readPartitions } from './start-checks.ts'
import { createStop } from './stop.ts'

interface Connections {
  readonly kafka: KafkaClient
  readonly codec: AvroCodec
  readonly client: ClickHouse
}

/** Waits for registry, topics and tables, then writes until it is asked to stop. */
export async function startSink(context: ServiceContext<SinkConfig>): Promise<RunningService> {
  const { config, logger, registry, fail, tracing } = context
  const connections = connect(context)
  const { client, codec, kafka } = connections
  const metrics = createSinkMetrics(registry)
  const report = createSinkReport({ metrics, logger })
  const sendDeadLetters = await prepare(context, connections, (generation) =>
    assertTables(client, generation, metrics),
  )
  const sink = createSink({
    client,
    report,
    sendDeadLetters,
    generation: config.generation,
    limits: config,
    expiryDays: config.expiryDays,
    schemaRetryMs: config.schemaRetryMs,
    beginTraces: tracing.beginTraces,
    reader: createRecordReader(codec, (error) => {
      logger.warn({ err: error }, 'the schema registry failed and is tried again')
    }),
    onWaiting: (partition) => {
      watchdog.touch(partition)
    },
    onBroken: fail,
  })
  const consumer: BatchConsumer = kafka.batchConsumer({
    groupId: consumerGroup('clickhouse-sink', config.generation),
    topics: readTopics('clickhouse-sink', config.generation),
    sessionTimeoutMs: config.sessionTimeoutMs,
    handlers: {
      ...sink.handlers,
      onCrash: fail,
      onHalted: (partition, error) => {
        report.halted(partition, error)
      },
    },
  })
  sink.attach(consumer)
  const watchdog = createProgressWatchdog({
    progress: () => consumer.progress(),
    timeoutMs: config.livenessTimeoutMs,
    now: () => performance.now(),
  })
  await consumer.start()
  const reconciler = startComparing(context, connections, () => consumer.progress())
  const live = watchLiveGeneration({
    registry,
    generation: config.generation,
    readLive: () => readViewsGeneration(client),
  })
  return {
    isAlive: () => toHealth(watchdog.standstills()),
    isReady: () => toHealth([...report.problems(), ...consumer.haltReasons()]),
    stop: createStop({ sink, reconciler, live, consumer, kafka, client, logger }),
  }
}

/** The process that holds partition 0 of the decoded topic compares. */
function startComparing(
  { config, logger, registry }: ServiceContext<SinkConfig>,
  { client, kafka }: Connections,
  progress: BatchConsumer['progress'],
): Reconciler {
  const { generation } = config
  const { decoded } = topicNames(generation)
  const metrics = createReconciliationMetrics(registry)
  return startReconciler({
    client,
    kafka,
    logger,
    generation,
    metrics,
    intervalMs: config.reconcileIntervalMs,
    days: config.reconcileDays,
    onProved: createActivityWatch({ client, generation, metrics }),
    isHolder: () => progress().some(({ topic, partition }) => topic === decoded && partition === 0),
  })
}

function connect({ config, logger, registry }: ServiceContext<SinkConfig>): Connections {
  return {
    codec: createAvroCodec({ url: config.schemaRegistryUrl }),
    client: createClickHouse({ url: config.clickhouseUrl }),
    kafka: createKafkaClient({
      brokers: config.kafkaBrokers,
      ...toKafkaSecurity(config),
      clientId: 'clickhouse-sink',
      registry,
      onError: (error) => {
        logger.warn({ err: error }, 'kafka failed and is tried again')
      },
    }),
  }
}

/** Resolves once everything that rows need is there; until then the process is alive, not ready. */
async function prepare(
  { config, logger, signal }: ServiceContext<SinkConfig>,
  { codec, kafka }: Connections,
  checkTables: (generation: number) => Promise<void>,
): Promise<SendDeadLetters> {
  const { generation } = config
  const wait = { logger, signal }
  await untilAvailable({
    ...wait,
    what: 'schema registry',
    attempt: () => codec.register(),
    isPermanent: isSchemaRefused,
  })
  const partitions = await untilAvailable({
    ...wait,
    what: 'kafka topics',
    attempt: () => readPartitions(kafka.admin, config),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  await untilAvailable({
    ...wait,
    what: 'clickhouse tables',
    attempt: () => checkTables(generation),
  })
  return createDeadLetterSender({
    codec,
    generation,
    stage: 'clickhouse-sink',
    producer: kafka.chainedProducer(),
    topic: topicNames(generation).deadLetters,
    partitions: partitions.deadLetters,
  })
}
