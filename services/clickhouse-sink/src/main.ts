import { createClickHouse } from '@wabastream/clickhouse'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { createProgressWatchdog } from '@wabastream/processing'
import { createAvroCodec, isSchemaRefused } from '@wabastream/schema-registry'
import {
  runService, type RunningService, type ServiceContext, toHealth, untilAvailable,
} from '@wabastream/service-host'
import { configSchema, type SinkConfig } from './config.ts'
import { createDeadLetterSender } from './dead-letters.ts'
import { createRecordReader } from './record-reader.ts'
import { createSinkMetrics } from './sink-metrics.ts'
import { createSinkReport } from './sink-report.ts'
import { createSink, sinkTopics } from './sink.ts'
import { assertTables, PartitionCountError, readPartitions } from './start-checks.ts'
import { createStop } from './stop.ts'

await runService({ service: 'clickhouse-sink', schema: configSchema, start })

async function start(context: ServiceContext<SinkConfig>): Promise<RunningService> {
  const { config, logger, registry, signal, fail } = context
  const { generation } = config
  const metrics = createSinkMetrics(registry)
  const report = createSinkReport({ metrics, logger })
  const codec = createAvroCodec({ url: config.schemaRegistryUrl })
  const client = createClickHouse({ url: config.clickhouseUrl })
  const kafka = createKafkaClient({
    brokers: config.kafkaBrokers, clientId: 'clickhouse-sink', registry,
    onError: (error) => { logger.warn({ err: error }, 'kafka failed and is tried again') },
  })
  const wait = { logger, signal }
  await untilAvailable({
    ...wait, what: 'schema registry', attempt: () => codec.register(), isPermanent: isSchemaRefused,
  })
  const partitions = await untilAvailable({
    ...wait, what: 'kafka topics', attempt: () => readPartitions(kafka.admin, config),
    isPermanent: (error) => error instanceof PartitionCountError,
  })
  await untilAvailable({
    ...wait, what: 'clickhouse tables', attempt: () => assertTables(client, generation, metrics),
  })
  const sink = createSink({
    generation, client, report, limits: config, schemaRetryMs: config.schemaRetryMs,
    reader: createRecordReader(codec, (error) => {
      logger.warn({ err: error }, 'the schema registry failed and is tried again')
    }),
    sendDeadLetters: createDeadLetterSender({
      codec, generation, producer: kafka.chainedProducer(),
      topic: topicNames(generation).deadLetters, partitions: partitions.deadLetters,
    }),
    onWaiting: (partition) => { watchdog.touch(partition) },
    onBroken: fail,
  })
  const consumer = kafka.batchConsumer({
    groupId: consumerGroup('clickhouse-sink', generation), topics: sinkTopics(generation),
    handlers: { ...sink.handlers, onCrash: fail },
  })
  sink.attach(consumer)
  const watchdog = createProgressWatchdog({
    progress: () => consumer.progress(), timeoutMs: config.livenessTimeoutMs,
    now: () => performance.now(),
  })
  await consumer.start()
  return {
    isAlive: () => toHealth(watchdog.standstills()),
    isReady: () => toHealth(report.problems()),
    stop: createStop({ sink, consumer, kafka, client, logger }),
  }
}
