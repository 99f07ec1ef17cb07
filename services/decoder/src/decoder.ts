import { setTimeout as delay } from 'node:timers/promises'
import {
  type BatchConsumer,
  type BatchConsumerHandlers,
  type BatchContext,
  type BeginTraces,
  type ChainedProducer,
  PortError,
  type Position,
  type RecordBatch,
  type RecordTraces,
} from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'
import { decodeInSlices, deliverBatch, type Targets } from '@wabastream/decoding'
import { type ObserveBatch } from './decoder-metrics.ts'
import { createTurn } from './turn.ts'

export interface DecoderOptions {
  readonly codec: Pick<AvroCodec, 'decode' | 'encode'>
  readonly producer: Pick<ChainedProducer, 'send'>
  readonly consumer: Pick<BatchConsumer, 'commit'>
  readonly targets: Targets
  readonly generation: number
  readonly observe: ObserveBatch
  readonly now: () => number
  readonly beginTraces?: BeginTraces | undefined
}

const HEARTBEAT_MS = 3_000
const COMMIT_RETRY_MS = 500

/**
 * Processes a batch of raw webhooks: decodes it, makes everything that follows from it durable, and
 * only then commits. A large batch goes slice by slice, and finished slices are not repeated. A
 * batch that fails on the way is read and delivered again, at the same positions.
 */
export function createBatchHandler(options: DecoderOptions): BatchConsumerHandlers['onBatch'] {
  const nextTurn = createTurn()
  return async function onBatch(batch, context) {
    const startedMs = options.now()
    if (batch.records.length > 0) await decodeTraced(batch, context, startedMs)
    const { topic, partition, nextOffset } = batch
    await commit({ topic, partition, offset: nextOffset }, context)
  }

  async function decodeTraced(
    batch: RecordBatch,
    context: BatchContext,
    startedMs: number,
  ): Promise<void> {
    const traces = options.beginTraces?.(batch)
    try {
      await decodeAndDeliver(batch, context, { startedMs, traces })
      traces?.end()
    } catch (error) {
      traces?.end(error)
      throw error
    }
  }

  async function decodeAndDeliver(
    batch: RecordBatch,
    context: BatchContext,
    {
      startedMs,
      traces,
    }: {
      readonly startedMs: number
      readonly traces: RecordTraces | undefined
    },
  ): Promise<void> {
    const { codec, generation, targets } = options
    const { partitions } = targets.events
    let sinceMs = startedMs
    for (const slice of decodeInSlices(batch, { codec, partitions, generation, traces })) {
      const {
        decoded: { tally },
      } = slice
      await nextTurn()
      const delivery = deliverBatch(slice.batch, slice.decoded, context, options)
      const { verdicts, deadLetters } = await withHeartbeats(delivery, context)
      const durableAtMs = options.now()
      const seconds = (durableAtMs - sinceMs) / 1_000
      options.observe({ verdicts, deadLetters, tally, durableAtMs, seconds })
      sinceMs = durableAtMs
      const { topic, partition, nextOffset } = slice.batch
      if (nextOffset < batch.nextOffset) {
        await commit({ topic, partition, offset: nextOffset }, context)
        await context.heartbeat()
      }
    }
  }

  async function commit(position: Position, context: BatchContext): Promise<void> {
    for (;;) {
      try {
        await options.consumer.commit([position])
        return
      } catch (error) {
        const isPassing = error instanceof PortError && error.isRetryable
        if (!isPassing || context.isStale()) throw error
      }
      await delay(COMMIT_RETRY_MS)
      await context.heartbeat()
    }
  }
}

/** Waits while Kafka is away, without being taken for dead. Throws once the batch is stale. */
async function withHeartbeats<T>(work: Promise<T>, context: BatchContext): Promise<T> {
  const done = new AbortController()
  const beating = beat(context, done.signal)
  try {
    return await Promise.race([work, beating])
  } finally {
    done.abort()
    work.catch(() => undefined)
    beating.catch(() => undefined)
  }
}

async function beat(context: BatchContext, signal: AbortSignal): Promise<never> {
  for (;;) {
    await delay(HEARTBEAT_MS, undefined, { signal })
    await context.heartbeat()
  }
}
