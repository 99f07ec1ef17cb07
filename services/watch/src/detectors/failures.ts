import { DEVIATIONS, type Finding, type Hour, type Judged } from './detection.ts'
import { byHour, groupRows, mostOfWeeks, weeksBefore } from './hour-history.ts'

/** Messages of a number that failed with one code within an hour. */
export interface FailedHour {
  readonly number: string
  readonly hourMs: number
  readonly code: number
  readonly failed: number
  /** Messages of the number that were sent or failed within the hour. */
  readonly messages: number
}

const FAILED_MIN = 20
const TIMES_USUAL = 3
const ENDED_TIMES_USUAL = 2
/** Of the messages: what concerns few of many is for analysts. */
const SHARE_MIN = 0.05

/**
 * Numbers of which one code failed three times as many messages as in any of the same hours of the
 * last four weeks, and at least one message in twenty.
 */
export function judgeFailures(rows: readonly FailedHour[], hour: Hour): Judged {
  const found: Finding[] = []
  const risen = new Set<string>()
  for (const own of groupRows(rows, toKey).values()) {
    const hours = byHour(own)
    const now = hours.get(hour.startMs)
    if (now === undefined) continue
    const { code, failed, messages, number } = now
    const usual = mostOfWeeks(weeksBefore(hours, hour), (row) => row.failed)
    if (failed >= FAILED_MIN && failed > ENDED_TIMES_USUAL * usual) risen.add(toKey(now))
    const isMuch = failed >= FAILED_MIN && failed >= SHARE_MIN * messages
    const isRise =
      failed > TIMES_USUAL * usual && failed - usual > DEVIATIONS * Math.sqrt(Math.max(usual, 1))
    if (!isMuch || !isRise) continue
    found.push({
      kind: 'failures_rising',
      number,
      subject: String(code),
      sinceMs: hour.startMs,
      reason:
        `${failed} of ${messages} messages failed with code ${code} in an hour; in the last four ` +
        `weeks it was ${usual} at most`,
      figures: { failed, messages, usual_most: usual },
    })
  }
  return {
    found,
    endOf: ({ number, subject }) =>
      hour.isComplete && !risen.has(JSON.stringify([number, subject])) ? hour.startMs : null,
  }
}

const toKey = ({ code, number }: Pick<FailedHour, 'number' | 'code'>): string =>
  JSON.stringify([number, String(code)])
