import { HOUR_MS, MINUTE_MS } from '../detectors/detection.ts'

export interface Progress {
  /** When the newest event that is a row was received; 0 if none of the last day is. */
  readonly newestMs: number
  /** Whether the canary sang in the last day. */
  readonly hasCanary: boolean
}

/** Partitions are not equally far: an event that is this much later shows that all is there. */
const LATER_MS = 5 * MINUTE_MS
/** Where nothing comes at all, and no canary would. */
const QUIET_MS = HOUR_MS

/**
 * The beginning of the last hour of which everything that arrived is a row. A later event shows it.
 * While nothing comes, a pipeline that stands still can't be told from numbers that are silent:
 * with a canary it is the pipeline, and there are other alerts; without one the hour counts as
 * settled after another hour.
 */
export function lastSettledHour({ hasCanary, newestMs }: Progress, nowMs: number): number {
  const byEvents = Math.min(newestMs, nowMs) - LATER_MS
  const byTime = hasCanary ? 0 : nowMs - QUIET_MS
  return Math.floor(Math.max(byEvents, byTime) / HOUR_MS) * HOUR_MS - HOUR_MS
}
