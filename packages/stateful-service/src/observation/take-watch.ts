import { type RestoreProgress, type TopicPartition } from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type StatefulMetrics } from './stateful-metrics.ts'

export interface TakeWatchOptions {
  readonly metrics: Pick<
    StatefulMetrics,
    'restoredRecords' | 'restoreRemaining' | 'restoreDuration'
  >
  readonly logger: Pick<Logger, 'info'>
  readonly now: () => number
  /** A take that makes no progress for this long is stuck. */
  readonly timeoutMs: number
}

interface Take {
  movedAtMs: number
  loggedAtMs: number
  recordsRead: number
}

const LOG_EVERY_MS = 5_000

/** Follows partitions from their assignment on: fencing, and the restore of their state. */
export class TakeWatch {
  readonly #options: TakeWatchOptions
  readonly #takes = new Map<number, Take>()

  constructor(options: TakeWatchOptions) {
    this.#options = options
  }

  begin({ partition }: TopicPartition): void {
    const nowMs = this.#options.now()
    this.#takes.set(partition, { movedAtMs: nowMs, loggedAtMs: nowMs, recordsRead: 0 })
  }

  move({ partition, position, endOffset, recordsRead }: RestoreProgress): void {
    const take = this.#takes.get(partition)
    if (take === undefined) return
    const { logger, metrics, now } = this.#options
    metrics.restoredRecords.inc(recordsRead - take.recordsRead)
    metrics.restoreRemaining.set({ partition }, Math.max(0, endOffset - position))
    take.recordsRead = recordsRead
    take.movedAtMs = now()
    if (now() - take.loggedAtMs <= LOG_EVERY_MS) return
    take.loggedAtMs = now()
    logger.info({ partition, position, endOffset, recordsRead }, 'restoring state')
  }

  restored({ partition }: TopicPartition, seconds: number): void {
    const { logger, metrics } = this.#options
    metrics.restoreRemaining.set({ partition }, 0)
    metrics.restoreDuration.set({ partition }, seconds)
    const recordsRead = this.#takes.get(partition)?.recordsRead ?? 0
    logger.info({ partition, seconds, recordsRead }, 'state is up to date')
  }

  end({ partition }: TopicPartition): void {
    this.#takes.delete(partition)
  }

  underWay(): readonly string[] {
    return [...this.#takes.keys()].map((partition) => `partition ${partition} is being taken`)
  }

  /** The progress watchdog can't see these: a partition has no position before it is taken. */
  stuck(): readonly string[] {
    const { now, timeoutMs } = this.#options
    return [...this.#takes]
      .filter(([, { movedAtMs }]) => now() - movedAtMs > timeoutMs)
      .map(([partition]) => `taking partition ${partition} makes no progress`)
  }
}
