import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouse, rollUp, settlePersons } from '@wabastream/clickhouse'
import { databaseName, topicNames } from '@wabastream/contracts'
import { type BatchConsumer } from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { Counter, Gauge, type Registry } from 'prom-client'

// Counting takes at most one twentieth of the time, however much there is to count.
const REST_PER_WORK = 19

/**
 * Settles which ids are one person, and counts the days of numbers that were left alone for a
 * while, in the process that holds partition 0 of the timelines. Where it does not come to it,
 * views find it out themselves.
 */
export function startRollingUp({
  client,
  generation,
  intervalMs,
  logger,
  progress,
  registry,
}: {
  readonly client: ClickHouse
  readonly generation: number
  readonly intervalMs: number
  readonly logger: Logger
  readonly progress: BatchConsumer['progress']
  readonly registry: Registry
}): { stop(): Promise<void> } {
  const metrics = createMetrics(registry)
  const { timelines } = topicNames(generation)
  const isHolder = (): boolean =>
    progress().some(({ topic, partition }) => topic === timelines && partition === 0)
  const stopping = new AbortController()
  const { signal } = stopping

  async function run(): Promise<void> {
    let restMs = intervalMs
    while (!signal.aborted) {
      await delay(restMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted || !isHolder()) continue
      const startedMs = performance.now()
      await settlePersons({ client, signal, database: databaseName(generation) }).catch(
        (error: unknown) => {
          if (!signal.aborted) logger.warn({ err: error }, 'settling persons failed')
        },
      )
      try {
        let counted = 0
        await rollUp({
          client,
          signal,
          database: databaseName(generation),
          onProgress: ({ days, daysLeft }) => {
            metrics.days.inc(days - counted)
            metrics.daysLeft.set(daysLeft)
            counted = days
          },
        })
        metrics.endedAt.setToCurrentTime()
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'rolling up failed and is tried again')
      }
      restMs = Math.max(intervalMs, (performance.now() - startedMs) * REST_PER_WORK)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

function createMetrics(registry: Registry) {
  const registers = [registry]
  const days = new Counter({
    name: 'wa_sink_rollups_total',
    registers,
    help: 'days of numbers that were counted into the rollups',
  })
  const daysLeft = new Gauge({
    name: 'wa_sink_rollups_left',
    registers,
    help: 'days of numbers that are quiet and are still to be counted',
  })
  const endedAt = new Gauge({
    name: 'wa_sink_rollup_ended_timestamp_seconds',
    registers,
    labelNames: [] as const,
    help: 'when everything that was quiet had been counted',
  })
  // Only the process that counts shows when.
  endedAt.remove()
  return { days, daysLeft, endedAt }
}
