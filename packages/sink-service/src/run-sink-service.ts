import { type Connections, openConnections, registerSchemas } from '@wabastream/connections'
import { consumerGroup, type ReaderName, readTopics, topicNames } from '@wabastream/contracts'
import {
  type BatchConsumer,
  createDeadLetterSender,
  createProgressWatchdog,
  type ProgressWatchdog,
  PartitionCountError,
  type SendDeadLetters,
} from '@wabastream/processing'
import { createRecordReader } from '@wabastream/schema-registry'
import {
  type RunningService,
  runService,
  type ServiceContext,
  toHealth,
  untilAvailable,
} from '@wabastream/service-host'
import { createReportedRunner } from './create-runner.ts'
import { createSinkMetrics } from './observation/sink-metrics.ts'
import { createSinkReport } from './observation/sink-report.ts'
import { type Requirement, type SinkServiceDefinition } from './sink-service.ts'
import { gatheringTimes, type SinkSettings } from './sink-settings.ts'
import { readPartitions } from './start-checks.ts'
import { createStop } from './stop.ts'

/**
 * The whole life of a sink: waits for the registry, the topics and the destination, writes what it
 * reads, and, on a stop, writes the rest of what it has read. Exits as `runService` does.
 */
export async function runSinkService<
  Service extends ReaderName,
  Config extends SinkSettings,
  Table extends string,
>(definition: SinkServiceDefinition<Service, Config, Table>): Promise<void> {
  const { service, schema } = definition
  await runService({ service, schema, start: (context) => start(definition, context) })
}

async function start<Service extends ReaderName, Config extends SinkSettings, Table extends string>(
  definition: SinkServiceDefinition<Service, Config, Table>,
  context: ServiceContext<Config>,
): Promise<RunningService> {
  const { config, logger, registry, fail, tracing } = context
  const { service, tables } = definition
  const metrics = createSinkMetrics(registry, tables)
  const report = createSinkReport({ metrics, logger })
  const connections = openConnections(service, context)
  const { codec, kafka } = connections
  const destination = definition.open({ config, logger, registry, metrics })
  const gathering = gatheringTimes(config)
  const sink = createReportedRunner({
    service,
    report,
    sink: destination.sink,
    sendDeadLetters: await prepare(service, context, connections, destination.requirement),
    generation: config.generation,
    limits: config,
    gather: gathering.gather,
    patientTables: definition.patientTables,
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
    groupId: consumerGroup(service, config.generation),
    topics: readTopics(service, config.generation),
    sessionTimeoutMs: config.sessionTimeoutMs,
    fetchSpacingMs: gathering.fetchSpacingMs,
    fetchPhaseMs: gathering.fetchPhaseMs,
    handlers: {
      ...sink.handlers,
      onCrash: fail,
      onHalted: (partition, error) => {
        report.halted(partition, error)
      },
    },
  })
  sink.attach(consumer)
  const watchdog: ProgressWatchdog = createProgressWatchdog({
    progress: () => consumer.progress(),
    timeoutMs: config.livenessTimeoutMs,
    now: () => performance.now(),
  })
  await consumer.start()
  const companion = destination.accompany?.({ kafka, progress: () => consumer.progress() })
  return {
    isAlive: () => toHealth(watchdog.standstills()),
    isReady: () => toHealth([...report.problems(), ...consumer.haltReasons()]),
    stop: createStop({ sink, companion, consumer, kafka, destination, logger }),
  }
}

/**
 * Resolves once everything that rows need is there; until then the process is alive but not ready.
 */
async function prepare(
  service: ReaderName,
  { config, logger, signal }: ServiceContext<SinkSettings>,
  { codec, kafka }: Connections,
  requirement: Requirement | undefined,
): Promise<SendDeadLetters> {
  const { generation } = config
  const wait = { logger, signal }
  await registerSchemas(codec, wait)
  const partitions = await untilAvailable({
    ...wait,
    what: 'kafka topics',
    attempt: () => readPartitions(kafka.admin, { ...config, service }),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  if (requirement !== undefined) {
    const { what } = requirement
    await untilAvailable({ ...wait, what, attempt: () => requirement.check() })
  }
  return createDeadLetterSender({
    codec,
    generation,
    stage: service,
    producer: kafka.chainedProducer(),
    topic: topicNames(generation).deadLetters,
    partitions: partitions.deadLetters,
  })
}
