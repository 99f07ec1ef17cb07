import { type HourActivity } from './activity.ts'
import { type Finding, type Hour, type Judged } from './detection.ts'
import { byHour, groupRows, leastOfWeeks, weekFigures, weeksBefore } from './hour-history.ts'

/**
 * In each of the weeks before, each of the three hours had at least as many events: a number that
 * is quiet now and then does not reach that four times by chance, and one that does is never at
 * zero by chance.
 */
const EVENTS_MIN = 20

/** Numbers of which nothing came, though the same hour was busy in each of the last four weeks. */
export function judgeSilence(rows: readonly HourActivity[], hour: Hour): Judged {
  const numbers = groupRows(rows, ({ number }) => number)
  const found: Finding[] = []
  const active = new Set<string>()
  for (const [number, own] of numbers) {
    const hours = byHour(own)
    if ((hours.get(hour.startMs)?.events ?? 0) > 0) {
      active.add(number)
      continue
    }
    if (!hour.isComplete) continue
    const weeks = leastOfWeeks(weeksBefore(hours, hour), ({ events }) => events)
    if (Math.min(...weeks) < EVENTS_MIN) continue
    found.push({
      kind: 'number_silent',
      number,
      subject: '',
      sinceMs: hour.startMs,
      reason: `no events for an hour; in the last four weeks this hour had ${listOf(weeks)} or more`,
      figures: { events: 0, ...weekFigures(weeks) },
    })
  }
  return { found, endOf: ({ number }) => (active.has(number) ? hour.startMs : null) }
}

const list = new Intl.ListFormat('en-GB', { type: 'conjunction' })

export function listOf(counts: readonly number[]): string {
  return list.format(counts.map(String))
}
