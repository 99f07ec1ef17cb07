import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouse } from '@wabastream/clickhouse'
import { type KafkaClient } from '@wabastream/kafka'
import { type BatchConsumer, type SinkRunner } from '@wabastream/processing'
import { type Reconciler } from './reconciliation/reconciler.ts'
import { type SinkLogger } from './status/sink-report.ts'

const DRAIN_MS_MAX = 10_000

/** Writes what was read, within limits, so that the next process need not read it again. */
export function createStop({
  sink,
  reconciler,
  live,
  consumer,
  kafka,
  client,
  logger,
}: {
  readonly sink: Pick<SinkRunner, 'drain'>
  readonly reconciler: Pick<Reconciler, 'stop'>
  readonly live: { stop(): void }
  readonly consumer: Pick<BatchConsumer, 'close'>
  readonly kafka: Pick<KafkaClient, 'close'>
  readonly client: Pick<ClickHouse, 'close'>
  readonly logger: SinkLogger
}): () => Promise<void> {
  return async function stop() {
    live.stop()
    const drained = sink.drain().then(() => true)
    const isDrained = await Promise.race([drained, delay(DRAIN_MS_MAX, false, { ref: false })])
    if (!isDrained) logger.warn({ waitedMs: DRAIN_MS_MAX }, 'rows left for the next process')
    await consumer.close()
    await reconciler.stop()
    await kafka.close()
    await client.close()
  }
}
