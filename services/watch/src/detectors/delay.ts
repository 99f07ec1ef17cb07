import { type HourActivity } from './activity.ts'
import { type Finding, type Hour, type Judged, MINUTE_MS } from './detection.ts'
import { byHour, groupRows, weeksBefore } from './hour-history.ts'

/** Fewer may all be of one webhook that was sent again. */
const TIMED_MIN = 30
const DELAY_MS_MIN = MINUTE_MS
const TIMES_USUAL = 5
/** Providers send within seconds. */
const USUAL_MS_MIN = 1_000

/**
 * Numbers half of whose webhooks came more than a minute after what they report, and five times
 * later than at the same hour of the last four weeks. The provider is behind, or it sends again
 * what we refused; what happened while nothing could reach us is not among them.
 */
export function judgeDelay(rows: readonly HourActivity[], hour: Hour): Judged {
  const found: Finding[] = []
  const inTime = new Set<string>()
  for (const [number, own] of groupRows(rows, (row) => row.number)) {
    const hours = byHour(own)
    const now = hours.get(hour.startMs)
    if (now === undefined || now.delayMs === null) continue
    if (now.delayMs < DELAY_MS_MIN / 2) inTime.add(number)
    const known = weeksBefore(hours, hour)
      .flat()
      .flatMap((row) => ((row?.timed ?? 0) < TIMED_MIN ? [] : (row?.delayMs ?? [])))
    const usualMs = Math.max(USUAL_MS_MIN, medianOf(known))
    const isLate = now.delayMs >= DELAY_MS_MIN && now.delayMs >= TIMES_USUAL * usualMs
    if (!isLate || now.timed < TIMED_MIN) continue
    const seconds = Math.round(now.delayMs / 1_000)
    found.push({
      kind: 'provider_behind',
      number,
      subject: '',
      sinceMs: hour.startMs,
      reason:
        `half of ${now.timed} events came ${seconds} s or more after what they report; usual are ` +
        `${Math.ceil(usualMs / 1_000)} s. The provider is behind, or sends again what we refused`,
      figures: { events: now.timed, delay_seconds: seconds, usual_seconds: usualMs / 1_000 },
    })
  }
  return { found, endOf: ({ number }) => (inTime.has(number) ? hour.startMs : null) }
}

/** An hour in which it was late once does not make the next one usual. */
function medianOf(known: readonly number[]): number {
  return known.toSorted((left, right) => left - right)[known.length >> 1] ?? 0
}
