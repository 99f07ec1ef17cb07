import { HOUR_MS, MINUTE_MS, WEEK_MS } from '../detectors/detection.ts'

export interface Progress {
  /** When the newest event that is a row was received; 0 if none of the last days is. */
  readonly newestMs: number
  /** Whether the canary sang in the last days, or would. */
  readonly hasCanary: boolean
  /** The server's clock. */
  readonly serverMs: number
}

/** Partitions are not equally far: an event that is this much later shows that all is there. */
const LATER_MS = 5 * MINUTE_MS
/** Where nothing comes at all, and no canary would. */
const QUIET_MS = HOUR_MS

/** The newest event that is a row, and since when there has been none that is newer. */
export interface Standing {
  readonly newestMs: number
  readonly sinceMs: number
}

export function standAt(
  former: Standing | undefined,
  { newestMs }: Pick<Progress, 'newestMs'>,
  nowMs: number,
): Standing {
  return former?.newestMs === newestMs ? former : { newestMs, sinceMs: nowMs }
}

/**
 * The beginning of the last hour of which everything that arrived is a row. A later event shows it.
 * While rows come, they show how far it is, however late they are: a pipeline that lags, or that is
 * catching up. While none come, a pipeline that stands still can't be told from numbers that are
 * silent: with a canary it is the pipeline, and there are other alerts; without one the hour counts
 * as settled once none has come for an hour. After a week it does in any case.
 */
export function lastSettledHour(
  { hasCanary }: Pick<Progress, 'hasCanary'>,
  { newestMs, sinceMs }: Standing,
  nowMs: number,
): number {
  const isQuiet = !hasCanary && nowMs - sinceMs >= QUIET_MS
  const byEvents = Math.min(newestMs, nowMs) - LATER_MS
  const byTime = isQuiet ? nowMs - QUIET_MS : nowMs - WEEK_MS
  return Math.floor(Math.max(byEvents, byTime) / HOUR_MS) * HOUR_MS - HOUR_MS
}
