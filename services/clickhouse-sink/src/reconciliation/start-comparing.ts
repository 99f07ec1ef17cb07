import { type ClickHouse } from '@wabastream/clickhouse'
import { topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type BatchConsumer } from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { createActivityWatch } from './activity-watch.ts'
import { type Reconciler, startReconciler } from './reconciler.ts'
import { createReconciliationMetrics } from './reconciliation-metrics.ts'

/** The process that holds partition 0 of the decoded topic compares. */
export function startComparing({
  client,
  config,
  kafka,
  logger,
  progress,
  registry,
}: {
  readonly client: ClickHouse
  readonly config: {
    readonly generation: number
    readonly reconcileIntervalMs: number
    readonly reconcileDays: number
  }
  readonly kafka: KafkaClient
  readonly logger: Logger
  readonly progress: BatchConsumer['progress']
  readonly registry: Registry
}): Reconciler {
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
