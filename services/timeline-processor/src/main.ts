import { mkdir } from 'node:fs/promises'
import { createKafkaClient } from '@wabastream/kafka'
import { createProgressWatchdog, PartitionCountError } from '@wabastream/processing'
import { createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  registerDiskGauges,
  runService,
  type RunningService,
  type ServiceContext,
  toHealth,
  toKafkaSecurity,
  untilAvailable,
} from '@wabastream/service-host'
import { configSchema, type TimelineConfig } from './config.ts'
import { createTimelineMetrics, readPartitions, TakeWatch } from '@wabastream/stateful-service'
import { createTimelineLoop } from './timeline-loop.ts'
import { createTimelineReport } from './timeline-report.ts'

await runService({ service: 'timeline-processor', schema: configSchema, start })

async function start(context: ServiceContext<TimelineConfig>): Promise<RunningService> {
  const { config, logger, registry, signal, fail, tracing } = context
  const codec = createAvroCodec({ url: config.schemaRegistryUrl })
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers,
    ...toKafkaSecurity(config),
    clientId: 'timeline-processor',
    registry,
    onError: (error) => logger.warn({ err: error }, 'kafka failed and is tried again'),
  })
  const wait = { logger, signal }
  await untilAvailable({
    ...wait,
    what: 'schema registry',
    attempt: () => codec.register(),
    isPermanent: isSchemaRefused,
  })
  const { deadLetters, raw } = await untilAvailable({
    ...wait,
    what: 'kafka topics',
    attempt: () => readPartitions(kafka.admin, config),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  if (raw === undefined) {
    logger.warn('the raw topic cannot be seen: expired timelines are removed a day late')
  }
  const metrics = createTimelineMetrics(registry)
  await mkdir(config.stateDir, { recursive: true })
  registerDiskGauges(registry, { prefix: 'wa_timeline_state', directory: config.stateDir })
  const timeoutMs = config.livenessTimeoutMs
  const takes = new TakeWatch({ metrics, logger, timeoutMs, now: Date.now })
  const observer = createTimelineReport({
    metrics,
    logger,
    takes,
    now: Date.now,
    onWaiting: (partition) => watchdog.touch(partition),
  })
  const loop = createTimelineLoop({
    config,
    kafka,
    codec,
    deadLetterPartitions: deadLetters,
    rawPartitions: raw,
    observer,
    onCrash: fail,
    beginTraces: tracing.beginTraces,
  })
  const watchdog = createProgressWatchdog({
    timeoutMs,
    progress: () => loop.progress(),
    now: () => performance.now(),
  })
  signal.addEventListener(
    'abort',
    () => {
      void loop.close()
    },
    { once: true },
  )
  await loop.start()
  return {
    isAlive: () => toHealth([...watchdog.standstills(), ...takes.stuck()]),
    isReady: () => toHealth([...takes.underWay(), ...loop.haltReasons()]),
    async stop() {
      await loop.close()
      await kafka.close()
    },
  }
}
