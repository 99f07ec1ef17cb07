import { DAY_MS, DEVIATIONS, type Finding, HOUR_MS, type Hour, type Judged } from './detection.ts'
import { groupRows } from './hour-history.ts'

/** Messages of a number that were sent within one hour, and whose delivery can be expected. */
export interface SentHour {
  readonly number: string
  /** The hour in which they were sent. */
  readonly hourMs: number
  /** Time in which nearly all deliveries of the number's last week came. */
  readonly usualMs: number
  readonly messages: number
  /** Of them, those that were not delivered within that time, or not at all. */
  readonly late: number
}

const MESSAGES_MIN = 30
/** For what is usual; a number that sends less has no usual share. */
const HISTORY_MIN = 200
const HISTORY_MS = 7 * DAY_MS
/** Phones are off, and numbers are wrong: a share is always late. */
const LATE_SHARE_MIN = 0.3
const TIMES_USUAL = 2
const SHARE_MIN = 0.02

/**
 * Numbers whose messages are not delivered in the time that is usual for them: twice as many as in
 * the week before, and at least three in ten. It looks at the last hour of which that can be said.
 */
export function judgeStuck(rows: readonly SentHour[], hour: Hour): Judged {
  const found: Finding[] = []
  const wellSince = new Map<string, number>()
  for (const [number, own] of groupRows(rows, (row) => row.number)) {
    const last = own
      .filter(({ hourMs, usualMs }) => hourMs + HOUR_MS + usualMs <= hour.endMs)
      .toSorted((left, right) => right.hourMs - left.hourMs)[0]
    // An hour that is long over was judged when it was the last one.
    if (last === undefined || hour.endMs - last.hourMs > DAY_MS) continue
    const { late, messages } = last
    const share = late / messages
    const usualShare = usualShareOf(own, last)
    if (usualShare === null) continue
    if (share < LATE_SHARE_MIN) wellSince.set(number, last.hourMs)
    if (messages < MESSAGES_MIN || share < Math.max(LATE_SHARE_MIN, TIMES_USUAL * usualShare)) {
      continue
    }
    const expected = Math.max(usualShare, SHARE_MIN) * messages
    if (late - expected <= DEVIATIONS * Math.sqrt(expected)) continue
    const minutes = Math.round(last.usualMs / 60_000)
    found.push({
      kind: 'messages_stuck',
      number,
      subject: '',
      sinceMs: last.hourMs,
      reason:
        `${late} of ${messages} messages sent within an hour were not delivered after ` +
        `${minutes} min; usual are ${Math.round(100 * usualShare)} %`,
      figures: { late, messages, minutes, usual_share: Number(usualShare.toFixed(3)) },
    })
  }
  return {
    found,
    endOf({ number, sinceMs }) {
      const wellMs = wellSince.get(number)
      return wellMs !== undefined && wellMs > sinceMs ? wellMs : null
    },
  }
}

/** The share that was late in the week before the day of the hour; null of too few messages. */
function usualShareOf(rows: readonly SentHour[], last: SentHour): number | null {
  const untilMs = last.hourMs - DAY_MS
  const before = rows.filter(
    ({ hourMs }) => hourMs <= untilMs && hourMs > last.hourMs - HISTORY_MS - DAY_MS,
  )
  const messages = before.reduce((total, row) => total + row.messages, 0)
  const late = before.reduce((total, row) => total + row.late, 0)
  return messages < HISTORY_MIN ? null : late / messages
}
