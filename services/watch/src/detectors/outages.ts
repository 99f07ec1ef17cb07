import { type Hour, HOUR_MS, MINUTE_MS, type Outage } from './detection.ts'

/** A canary that is late by less is late, and no more. */
const GAP_MS_MIN = 5 * MINUTE_MS
const INTERVALS_MIN = 3
/** A window that holds more has none that can be told from a canary that comes and goes. */
const OUTAGES_MAX = 20

/**
 * Times within which no webhook of the canary was received, though it sings all the time. Empty
 * where there is no canary: then nobody can say whose silence it is.
 */
export function findGaps(canaryMs: readonly number[], untilMs: number): readonly Outage[] {
  const intervals = canaryMs.slice(1).map((ms, index) => ms - (canaryMs[index] ?? ms))
  const usualMs = intervals.toSorted((left, right) => left - right)[intervals.length >> 1]
  if (usualMs === undefined) return []
  const gapMs = Math.max(GAP_MS_MIN, INTERVALS_MIN * usualMs)
  return canaryMs
    .map((fromMs, index) => ({ fromMs, toMs: canaryMs[index + 1] ?? untilMs }))
    .filter(({ fromMs, toMs }) => toMs - fromMs > gapMs)
    .slice(-OUTAGES_MAX)
}

/** With what was refused just before: the canary sings once a minute. */
export function withRefused({ fromMs, toMs }: Outage): Outage {
  return { fromMs: fromMs - MINUTE_MS, toMs }
}

/** Whether nothing could reach us for a part of the hour: what is missing in it says nothing. */
export function isDisturbed({ endMs, outages, startMs }: Hour): boolean {
  return outages.some(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs)
}

/**
 * Whether what is known of a time may be incomplete: an outage lies in it, or ended so shortly
 * before that the provider still sends again what we could not receive.
 */
export function isCatchingUp(outages: readonly Outage[], fromMs: number, toMs: number): boolean {
  return outages.some((one) => one.fromMs < toMs && one.toMs + catchUpMs(one) > fromMs)
}

/** Providers try again after longer and longer times, the longer they were refused. */
function catchUpMs({ fromMs, toMs }: Outage): number {
  return Math.max(HOUR_MS, toMs - fromMs)
}
