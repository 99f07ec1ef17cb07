import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaClient } from '@wabastream/kafka'
import { type BatchConsumer, type SinkRunner } from '@wabastream/processing'
import { type SinkLogger } from './observation/sink-report.ts'
import { type Companion, type Destination } from './sink-service.ts'

const DRAIN_MS_MAX = 10_000

/** Writes what was read, within limits, so that the next process does not have to read it again. */
export function createStop({
  sink,
  companion,
  consumer,
  kafka,
  destination,
  logger,
}: {
  readonly sink: Pick<SinkRunner, 'drain'>
  readonly companion: Companion | undefined
  readonly consumer: Pick<BatchConsumer, 'close'>
  readonly kafka: Pick<KafkaClient, 'close'>
  readonly destination: Pick<Destination<never, never>, 'close'>
  readonly logger: SinkLogger
}): () => Promise<void> {
  return async function stop() {
    const drained = sink.drain().then(() => true)
    const isDrained = await Promise.race([drained, delay(DRAIN_MS_MAX, false, { ref: false })])
    if (!isDrained) logger.warn({ waitedMs: DRAIN_MS_MAX }, 'rows left for the next process')
    await consumer.close()
    await companion?.stop()
    await kafka.close()
    await destination.close?.()
  }
}
