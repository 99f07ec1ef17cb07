import {
  type ClickHouse,
  type DerivedData,
  logDetections,
  type LoggedDetection,
  readDetections,
  readProgress,
  readViewsGeneration,
} from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type Logger, repeat } from '@wabastream/service-host'
import { type Registry } from 'prom-client'
import { type Detection, type DetectionKind, detectionKinds } from '../detectors/detection.ts'
import { createDetectionClock } from './detection-clock.ts'
import { createDetectionMetrics } from './detection-metrics.ts'
import { createDetectors } from './detectors.ts'

const kinds: ReadonlySet<string> = new Set(detectionKinds)

/** Runs the detectors until the signal is aborted, then resolves. */
export function startDetections(
  options: {
    readonly clickhouse: ClickHouse
    /** Read where the views show none: they follow the one that is live. */
    readonly generation: number
    /** Whether this process sings, so that silence of the canary means something. */
    readonly hasCanary: boolean
    readonly intervalMs: number
    readonly logger: Logger
    readonly registry: Registry
  },
  signal: AbortSignal,
): Promise<void> {
  const { clickhouse, generation, hasCanary, intervalMs, logger, registry } = options
  let live: DerivedData = { client: clickhouse, database: databaseName(generation) }
  const { detectors, readOutages } = createDetectors(() => live)
  const names = detectors.map(({ name }) => name)
  const metrics = createDetectionMetrics(registry, names, Date.now)
  const fail = (detector: string, err: unknown): void => {
    metrics.failed(detector)
    logger.warn({ err, detector }, 'a detector could not look')
  }
  const clock = createDetectionClock({
    detectors,
    now: Date.now,
    async readProgress() {
      const shown = await readViewsGeneration(clickhouse)
      live = { client: clickhouse, database: databaseName(shown ?? generation) }
      const progress = await readProgress(live, Date.now())
      return { ...progress, hasCanary: hasCanary || progress.hasCanary }
    },
    readOutages,
    readKnown: async (sinceMs) =>
      (await readDetections(clickhouse, { sinceMs })).filter(isKnownKind),
    log: (news) => logDetections(clickhouse, news),
    onNews({ endedMs, figures, kind, reason }) {
      // Neither number nor subject, which is a number as well now and then: wa.detections has both.
      if (endedMs === null) logger.warn({ kind, reason, figures }, 'detected')
      else logger.info({ kind }, 'a detection has ended')
    },
    onOpen: metrics.open,
    onLooked: metrics.looked,
    onFailure: fail,
  })
  return repeat(() => clock.tick(), {
    everyMs: intervalMs,
    signal,
    onFailure: (error) => names.forEach((name) => fail(name, error)),
  })
}

/** A later version may have logged others, which it has to end. */
function isKnownKind(one: LoggedDetection): one is Detection {
  return isKind(one.kind)
}

function isKind(kind: string): kind is DetectionKind {
  return kinds.has(kind)
}
