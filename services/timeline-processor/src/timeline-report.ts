import {
  type CommittedRun, type PartitionFailure, type RestoreProgress, type StatefulObserver,
} from '@wabastream/processing'
import { type Logger } from '@wabastream/service-host'
import { type TimelineMetrics } from './timeline-metrics.ts'
import { type TimelineNote } from './timeline-step.ts'

export interface TimelineReport extends StatefulObserver {
  /** Why timelines may be behind, for the readiness probe. */
  problems(): readonly string[]
}

export interface TimelineReportOptions {
  readonly metrics: TimelineMetrics
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Work that moves no position yet, such as a restore, is being done on the partition. */
  readonly onBusy: (partition: number) => void
}

const RESTORE_LOG_EVERY_MS = 5_000

/** Turns what happens in the loop into metrics and log lines. */
export function createTimelineReport(options: TimelineReportOptions): TimelineReport {
  const { metrics, logger, onBusy } = options
  const restoring = new Map<number, { loggedAtMs: number; counted: number }>()

  function noteRestoring(progress: RestoreProgress): void {
    const { partition, position, endOffset, recordsRead } = progress
    onBusy(partition)
    const state = restoring.get(partition) ?? { loggedAtMs: options.now(), counted: 0 }
    metrics.restoredRecords.inc(recordsRead - state.counted)
    state.counted = recordsRead
    metrics.restoreRemaining.set({ partition }, Math.max(0, endOffset - position))
    if (options.now() - state.loggedAtMs > RESTORE_LOG_EVERY_MS) {
      state.loggedAtMs = options.now()
      logger.info({ partition, position, endOffset, recordsRead }, 'restoring state')
    }
    restoring.set(partition, state)
  }

  return {
    restoring: noteRestoring,
    restored({ partition }, seconds) {
      const recordCount = restoring.get(partition)?.counted ?? 0
      restoring.delete(partition)
      metrics.restoreRemaining.set({ partition }, 0)
      metrics.restoreDuration.set({ partition }, seconds)
      logger.info({ partition, seconds, recordCount }, 'state is up to date')
    },
    taken({ topic, partition }, startOffset) {
      metrics.halted.set({ partition }, 0)
      logger.info({ topic, partition, startOffset }, 'partition taken')
    },
    waiting({ topic, partition }, error) {
      onBusy(partition)
      logger.warn({ topic, partition, err: error }, 'waiting for the schema registry')
    },
    committed: (run) => countRun(run, options),
    failed: (failure) => logFailure(failure, options),
    halted({ topic, partition }, error) {
      metrics.halted.set({ partition }, 1)
      logger.error({ topic, partition, err: error }, 'partition halted')
    },
    problems: () => [...restoring.keys()].map((partition) => `restoring partition ${partition}`),
  }
}

function countRun(run: CommittedRun, { metrics, logger, now }: TimelineReportOptions): void {
  metrics.records.inc(run.recordCount)
  metrics.events.inc(run.eventCount)
  metrics.written.inc(run.changeCount)
  metrics.expired.inc(run.expiredCount)
  metrics.deadLetters.inc(run.rejectedCount)
  for (const [note, count] of run.notes) countNote(note, count, metrics)
  const nowMs = now()
  for (const receivedAtMs of run.receivedAtSamples) {
    metrics.latency.observe((nowMs - receivedAtMs) / 1_000)
  }
  const { topic, partition, recordCount, changeCount } = run
  logger.debug({ topic, partition, recordCount, changeCount }, 'committed')
}

function countNote(note: string, count: number, metrics: TimelineMetrics): void {
  if (!isTimelineNote(note)) return
  switch (note) {
    case 'duplicate':
      metrics.duplicates.inc(count)
      return
    case 'headless':
      metrics.headless.inc(count)
      return
    case 'filled_in':
      metrics.late.inc(count)
      break
    case 'conflicted':
      metrics.conflicts.inc(count)
      break
    case 'advanced':
    case 'failed':
      break
  }
  metrics.transitions.inc({ kind: note }, count)
}

function isTimelineNote(note: string): note is TimelineNote {
  return NOTES.has(note)
}

const NOTES: ReadonlySet<string> = new Set<TimelineNote>(
  ['duplicate', 'headless', 'advanced', 'filled_in', 'failed', 'conflicted'],
)

function logFailure(
  { topic, partition, error, failureCount }: PartitionFailure,
  { metrics, logger }: TimelineReportOptions,
): void {
  metrics.failures.inc()
  logger.warn({ topic, partition, failureCount, err: error }, 'partition is taken anew')
}
