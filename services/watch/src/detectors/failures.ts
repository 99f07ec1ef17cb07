import { type HourActivity } from './activity.ts'
import { DEVIATIONS, type Finding, type Hour, type Judged } from './detection.ts'
import { byHour, groupRows, mostOfWeeks, type RowsByHour, weeksBefore } from './hour-history.ts'

/** Messages of a number that failed with one code within an hour. */
export interface FailedHour {
  readonly number: string
  readonly hourMs: number
  readonly code: number
  readonly failed: number
  /** Messages of the number that were sent or failed within the hour; 0 for former weeks. */
  readonly messages: number
}

const FAILED_MIN = 20
const TIMES_USUAL = 3
const ENDED_TIMES_USUAL = 2
/** Of the messages: what concerns few of many is for analysts. */
const SHARE_MIN = 0.05
/** Of those where nobody knows what is usual: a campaign at a new hour, a new number. */
const SHARE_MIN_UNKNOWN = 0.3
/** For a usual share of what is sent. */
const MESSAGES_MIN = 200

/**
 * Numbers of which one code failed three times as many messages as in any of the same hours of the
 * last four weeks, and three times as large a share of them; and at least one message in twenty. In
 * hours that had hardly any messages nobody knows what is usual: then it is three in ten.
 */
export function judgeFailures(
  rows: readonly FailedHour[],
  activity: readonly HourActivity[],
  hour: Hour,
): Judged {
  const found: Finding[] = []
  const risen = new Set<string>()
  const activityOf = groupRows(activity, ({ number }) => number)
  for (const own of groupRows(rows, toKey).values()) {
    const hours = byHour(own)
    const now = hours.get(hour.startMs)
    if (now === undefined) continue
    const usual = toUsual(hours, byHour(activityOf.get(now.number) ?? []), hour)
    if (now.failed >= FAILED_MIN && isAbove(now, usual, ENDED_TIMES_USUAL)) risen.add(toKey(now))
    if (!isRise(now, usual)) continue
    found.push(toFinding(now, usual))
  }
  return {
    found,
    endOf: ({ number, subject }) =>
      hour.isComplete && !risen.has(JSON.stringify([number, subject])) ? hour.startMs : null,
  }
}

interface Usual {
  /** Failures in the worst of the hours before. */
  readonly most: number
  /** Failures to expect of as many messages as now; null if too few were sent in those hours. */
  readonly expected: number | null
}

function toUsual(
  failures: RowsByHour<FailedHour>,
  activity: RowsByHour<HourActivity>,
  hour: Hour,
): Usual {
  const weeks = weeksBefore(failures, hour)
  const failed = sum(weeks.flat().map((row) => row?.failed ?? 0))
  const messages = sum(weeksBefore(activity, hour).flat().map(messagesOf))
  const now = messagesOf(activity.get(hour.startMs))
  return {
    most: mostOfWeeks(weeks, (row) => row.failed),
    expected: messages < MESSAGES_MIN ? null : (failed / messages) * now,
  }
}

function isRise(now: FailedHour, usual: Usual): boolean {
  const { failed, messages } = now
  const shareMin = usual.expected === null ? SHARE_MIN_UNKNOWN : SHARE_MIN
  const base = Math.max(usual.most, usual.expected ?? 0)
  return (
    failed >= FAILED_MIN &&
    failed >= shareMin * messages &&
    isAbove(now, usual, TIMES_USUAL) &&
    failed - base > DEVIATIONS * Math.sqrt(Math.max(base, 1))
  )
}

function isAbove({ failed }: FailedHour, { expected, most }: Usual, times: number): boolean {
  return failed > times * Math.max(most, expected ?? 0)
}

function toFinding({ code, failed, hourMs, messages, number }: FailedHour, usual: Usual): Finding {
  const expected = usual.expected === null ? {} : { expected: Number(usual.expected.toFixed(1)) }
  return {
    kind: 'failures_rising',
    number,
    subject: String(code),
    sinceMs: hourMs,
    reason:
      `${failed} of ${messages} messages failed with code ${code} in an hour; in the last four ` +
      `weeks it was ${usual.most} at most`,
    figures: { failed, messages, usual_most: usual.most, ...expected },
  }
}

function messagesOf(row: HourActivity | undefined): number {
  return row === undefined ? 0 : row.sent + row.failed
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

const toKey = ({ code, number }: Pick<FailedHour, 'number' | 'code'>): string =>
  JSON.stringify([number, String(code)])
