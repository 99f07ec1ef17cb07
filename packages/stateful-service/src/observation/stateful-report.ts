import {
  type CommittedRun,
  type StatefulObserver,
  type TopicPartition,
} from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type TakeWatch } from './take-watch.ts'
import { type StatefulMetrics } from './stateful-metrics.ts'

export interface StatefulReportOptions {
  readonly metrics: StatefulMetrics
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>
  readonly takes: TakeWatch
  /** Counts one of the processor's notes; undefined if notes are not counted. */
  readonly countNote: ((note: string, count: number) => void) | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The partition waits for something that comes back by itself. */
  readonly onWaiting: (partition: TopicPartition) => void
}

/** Turns what happens in the loop into metrics and log lines. */
export function createStatefulReport(options: StatefulReportOptions): StatefulObserver {
  const { metrics, logger, onWaiting, takes } = options
  return {
    taking: (partition) => takes.begin(partition),
    restoring: (progress) => takes.move(progress),
    restored: (partition, seconds) => takes.restored(partition, seconds),
    taken({ topic, partition }, startOffset) {
      takes.end({ topic, partition })
      logger.info({ topic, partition, startOffset }, 'partition taken')
    },
    released({ topic, partition }) {
      takes.end({ topic, partition })
      metrics.watermarkLag.remove({ partition })
      logger.info({ topic, partition }, 'partition released')
    },
    waiting({ topic, partition }, error) {
      onWaiting({ topic, partition })
      logger.warn({ topic, partition, err: error }, 'waiting for the schema registry')
    },
    committed: (run) => countRun(run, options),
    failed({ topic, partition, error, failureCount }) {
      takes.end({ topic, partition })
      metrics.failures.inc()
      logger.warn({ topic, partition, failureCount, err: error }, 'partition is taken again')
    },
    halted({ topic, partition }, error) {
      takes.end({ topic, partition })
      logger.error(
        { topic, partition, err: error },
        'partition halted: docs/runbooks/halted-partition.md',
      )
    },
  }
}

function countRun(run: CommittedRun, options: StatefulReportOptions): void {
  const { countNote, metrics, logger, now } = options
  metrics.records.inc(run.recordCount)
  metrics.events.inc(run.eventCount)
  metrics.written.inc(run.changeCount)
  metrics.expired.inc(run.expiredCount)
  metrics.deadLetters.inc(run.rejectedCount)
  if (run.watermarkLagMs !== undefined) {
    metrics.watermarkLag.set({ partition: run.partition }, run.watermarkLagMs / 1_000)
  }
  for (const [note, count] of run.notes) countNote?.(note, count)
  const nowMs = now()
  for (const receivedAtMs of run.receivedAtSamples) {
    metrics.latency.observe((nowMs - receivedAtMs) / 1_000)
  }
  const { topic, partition, recordCount, changeCount } = run
  logger.debug({ topic, partition, recordCount, changeCount }, 'committed')
}
