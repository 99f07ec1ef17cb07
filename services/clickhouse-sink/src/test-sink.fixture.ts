import { type ClickHouse, createClickHouseSink, tableNames } from '@wabastream/clickhouse'
import { databaseName, readTopics } from '@wabastream/contracts'
import { createDeadLetterSender, type GatherTimes, type LaneLimits } from '@wabastream/processing'
import { createRecordReader } from '@wabastream/schema-registry'
import { Registry } from 'prom-client'
import {
  createReportedRunner,
  createSinkMetrics,
  createSinkReport,
  type SinkLogger,
} from '@wabastream/sink-service'
import { type TestPipeline } from './test-pipeline.fixture.ts'

export interface TestSink {
  readonly registry: Registry
  readonly failures: readonly unknown[]
  problems(): readonly string[]
  stop(): Promise<void>
}

const silent: SinkLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** A sink in this process, on the real stack. Another group reads everything from the start. */
export async function startTestSink(
  pipeline: TestPipeline,
  options: {
    readonly group?: string
    readonly limits?: Partial<LaneLimits>
    readonly gather?: GatherTimes
    readonly client?: Pick<ClickHouse, 'insert' | 'query'>
  } = {},
): Promise<TestSink> {
  const { generation, kafka, codec, topics } = pipeline
  const registry = new Registry()
  const failures: unknown[] = []
  const report = createSinkReport({
    metrics: createSinkMetrics(registry, tableNames),
    logger: silent,
  })
  const counts = await kafka.admin.partitionCounts([topics.deadLetters])
  const sink = createReportedRunner({
    service: 'clickhouse-sink',
    generation,
    report,
    sink: createClickHouseSink({
      client: options.client ?? pipeline.client,
      database: databaseName(generation),
      expiryDays: 45,
    }),
    limits: {
      batchRowsMax: 20_000,
      batchBytesMax: 8_000_000,
      ...options.limits,
    },
    gather: options.gather ?? { promptMs: 50 },
    schemaRetryMs: 200,
    retryMinMs: 50,
    reader: createRecordReader(codec, () => {}),
    sendDeadLetters: createDeadLetterSender({
      codec,
      generation,
      stage: 'clickhouse-sink',
      producer: kafka.chainedProducer(),
      topic: topics.deadLetters,
      partitions: counts.get(topics.deadLetters) ?? 1,
    }),
    onBroken: (error) => {
      failures.push(error)
    },
  })
  const consumer = kafka.batchConsumer({
    groupId: options.group ?? `clickhouse-sink.g${generation}`,
    topics: readTopics('clickhouse-sink', generation),
    handlers: {
      ...sink.handlers,
      onCrash: (error) => {
        failures.push(error)
      },
    },
  })
  sink.attach(consumer)
  await consumer.start()
  return {
    registry,
    failures,
    problems: () => report.problems(),
    async stop() {
      await sink.drain()
      await consumer.close()
    },
  }
}
