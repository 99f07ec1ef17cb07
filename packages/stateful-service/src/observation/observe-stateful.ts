import {
  createProgressWatchdog,
  type StatefulLoop,
  type StatefulObserver,
} from '@wabastream/processing'
import { type Logger, type RunningService, toHealth } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { createStatefulMetrics } from './stateful-metrics.ts'
import { createStatefulReport } from './stateful-report.ts'
import { TakeWatch } from './take-watch.ts'

type Watched = Pick<StatefulLoop<never, never>, 'progress' | 'haltReasons'>

/**
 * Observes a whole stateful service: metrics, log and health. So its serde and its processor need
 * none of them.
 */
export function observeStateful(options: {
  /** Part of the metrics' names: `wa_<component>_…`. */
  readonly component: string
  readonly registry: Registry
  readonly logger: Logger
  /** Work that makes no progress for this long fails /livez. */
  readonly timeoutMs: number
  readonly countNote: ((note: string, count: number) => void) | undefined
}): {
  readonly observer: StatefulObserver
  readonly healthOf: (loop: Watched) => Pick<RunningService, 'isAlive' | 'isReady'>
} {
  const { component, registry, logger, timeoutMs, countNote } = options
  const metrics = createStatefulMetrics(registry, component)
  const takes = new TakeWatch({ metrics, logger, timeoutMs, now: Date.now })
  let watched: Watched | undefined
  const watchdog = createProgressWatchdog({
    timeoutMs,
    progress: () => watched?.progress() ?? [],
    now: () => performance.now(),
  })
  return {
    observer: createStatefulReport({
      metrics,
      logger,
      takes,
      countNote,
      now: Date.now,
      onWaiting: (partition) => watchdog.touch(partition),
    }),
    healthOf(loop) {
      watched = loop
      return {
        isAlive: () => toHealth([...watchdog.standstills(), ...takes.stuck()]),
        isReady: () => toHealth([...takes.underWay(), ...loop.haltReasons()]),
      }
    },
  }
}
