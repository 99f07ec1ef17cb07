import { type HourActivity } from './activity.ts'
import { type Detection, type Finding, type Hour, type Judged } from './detection.ts'
import {
  byHour,
  groupRows,
  leastOfWeeks,
  silencesOf,
  soundWeeksBefore,
  weekFigures,
} from './hour-history.ts'
import { isDisturbed } from './outages.ts'

/**
 * In each of the weeks before, each of the three hours had at least as many events: a number that
 * is quiet now and then does not reach that four times by chance, and one that does is never at
 * zero by chance.
 */
const EVENTS_MIN = 20

/**
 * Numbers of which nothing came, though the same hour was busy in each of the last four weeks; but
 * for one in which the number was silent, or nothing could reach us, too. None of an hour in which
 * nothing could reach us. Where nothing came of any number, the reason says so: without a canary
 * nobody knows whether anything could.
 */
export function judgeSilence(
  rows: readonly HourActivity[],
  hour: Hour,
  known: readonly Detection[] = [],
): Judged {
  const silences = silencesOf(known)
  const numbers = groupRows(rows, ({ number }) => number)
  const found: Finding[] = []
  const active = new Set<string>()
  const isAnyActive = rows.some(({ events, hourMs }) => hourMs === hour.startMs && events > 0)
  const whose = isAnyActive ? 'no events' : 'no events, nor of any other number,'
  for (const [number, own] of numbers) {
    const hours = byHour(own)
    if ((hours.get(hour.startMs)?.events ?? 0) > 0) {
      active.add(number)
      continue
    }
    if (!hour.isComplete || isDisturbed(hour)) continue
    const weeks = soundWeeksBefore(hours, hour, silences.get(number) ?? [])
    const leasts = leastOfWeeks(weeks, ({ events }) => events)
    if (Math.min(...leasts) < EVENTS_MIN) continue
    found.push({
      kind: 'number_silent',
      number,
      subject: '',
      sinceMs: hour.startMs,
      reason: `${whose} for an hour; in the last four weeks this hour had ${listOf(leasts)} or more`,
      figures: { events: 0, ...weekFigures(weeks, leasts) },
    })
  }
  return { found, endOf: ({ number }) => (active.has(number) ? hour.startMs : null) }
}

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' })

export function listOf(counts: readonly number[]): string {
  return list.format(counts.map(String))
}
