import { topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { createProgressWatchdog } from '@wabastream/processing'
import { createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  runService, type RunningService, type ServiceContext, toHealth, untilAvailable,
} from '@wabastream/service-host'
import { configSchema, type TimelineConfig } from './config.ts'
import { PartitionCountError, readPartitions } from './start-checks.ts'
import { createTimelineLoop } from './timeline-loop.ts'
import { createTimelineMetrics } from './timeline-metrics.ts'
import { createTimelineReport } from './timeline-report.ts'

await runService({ service: 'timeline-processor', schema: configSchema, start })

async function start(context: ServiceContext<TimelineConfig>): Promise<RunningService> {
  const { config, logger, registry, signal, fail } = context
  const topic = topicNames(config.generation).events
  const codec = createAvroCodec({ url: config.schemaRegistryUrl })
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers, clientId: 'timeline-processor', registry,
    onError: (error) => logger.warn({ err: error }, 'kafka failed and is tried again'),
  })
  const wait = { logger, signal }
  await untilAvailable({
    ...wait, what: 'schema registry', attempt: () => codec.register(), isPermanent: isSchemaRefused,
  })
  const { deadLetters } = await untilAvailable({
    ...wait, what: 'kafka topics', attempt: () => readPartitions(kafka.admin, config),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  const report = createTimelineReport({
    metrics: createTimelineMetrics(registry), logger, now: Date.now,
    onBusy: (partition) => watchdog.touch({ topic, partition }),
  })
  const loop = createTimelineLoop({
    config, kafka, codec, deadLetterPartitions: deadLetters, observer: report, onCrash: fail,
  })
  const watchdog = createProgressWatchdog({
    progress: () => loop.progress(), timeoutMs: config.livenessTimeoutMs,
    now: () => performance.now(),
  })
  await loop.start()
  return {
    isAlive: () => toHealth([...watchdog.standstills(), ...loop.haltReasons()]),
    isReady: () => toHealth([...report.problems(), ...loop.haltReasons()]),
    async stop() {
      await loop.close()
      await kafka.close()
    },
  }
}
