import { DEVIATIONS, type Finding, HOUR_MS, type Hour, type Judged } from './detection.ts'
import { groupRows } from './hour-history.ts'
import { isCatchingUp } from './outages.ts'

interface Sent {
  readonly number: string
  readonly messages: number
  /** Of them, by each step, those that were not delivered within that time, or not at all. */
  readonly late: readonly number[]
}

/** Messages of a number that were sent within one hour. */
export interface SentHour extends Sent {
  /** The hour in which they were sent. */
  readonly hourMs: number
}

/** Messages of a number that were sent within a week that is over for a day or more. */
export interface UsualDeliveries extends Sent {
  /** Time in which nearly all deliveries came; null of a number without any. */
  readonly nearlyAllMs: number | null
}

export interface Deliveries {
  /** Times in which a delivery may be usual, in order. */
  readonly steps: readonly number[]
  readonly sent: readonly SentHour[]
  readonly usual: readonly UsualDeliveries[]
}

const MESSAGES_MIN = 30
/** For what is usual; a number that sends less has no usual share. */
const HISTORY_MIN = 200
/** Phones are off, and numbers are wrong: a share is always late. */
const LATE_SHARE_MIN = 0.3
const TIMES_USUAL = 2
const SHARE_MIN = 0.02

/** What is usual of a number: by which step, and which share is late. */
interface Usual {
  readonly step: number
  readonly usualMs: number
  readonly share: number
}

/**
 * Numbers whose messages are not delivered in the time that is usual for them: twice as many as in
 * the week before, and at least three in ten. It looks at the last hour of which that can be said;
 * while we could not be reached, and soon after, it can be said of none.
 */
export function judgeStuck({ sent, steps, usual }: Deliveries, hour: Hour): Judged {
  const found: Finding[] = []
  const wellSince = new Map<string, number>()
  const usualOf = new Map(usual.map((one) => [one.number, toUsual(one, steps)]))
  for (const [number, own] of groupRows(sent, (row) => row.number)) {
    const of = usualOf.get(number) ?? null
    if (of === null) continue
    const last = own
      .filter(({ hourMs }) => hourMs + HOUR_MS + of.usualMs <= hour.endMs)
      .toSorted((left, right) => right.hourMs - left.hourMs)[0]
    if (last === undefined) continue
    const late = last.late[of.step] ?? 0
    if (late < LATE_SHARE_MIN * last.messages) wellSince.set(number, last.hourMs)
    else if (isStuck(last, late, of) && !isCatchingUp(hour.outages, last.hourMs, hour.endMs)) {
      found.push(toFinding(last, late, of))
    }
  }
  return {
    found,
    endOf({ number, sinceMs }) {
      const wellMs = wellSince.get(number)
      return wellMs !== undefined && wellMs > sinceMs ? wellMs : null
    },
  }
}

function isStuck({ messages }: SentHour, late: number, { share }: Usual): boolean {
  const expected = Math.max(share, SHARE_MIN) * messages
  return (
    messages >= MESSAGES_MIN &&
    late >= TIMES_USUAL * share * messages &&
    late - expected > DEVIATIONS * Math.sqrt(expected)
  )
}

function toFinding({ hourMs, messages, number }: SentHour, late: number, of: Usual): Finding {
  const minutes = Math.round(of.usualMs / 60_000)
  return {
    kind: 'messages_stuck',
    number,
    subject: '',
    sinceMs: hourMs,
    reason:
      `${late} of ${messages} messages sent within an hour were not delivered after ` +
      `${minutes} min; usual are ${Math.round(100 * of.share)} %`,
    figures: { late, messages, minutes, usual_share: Number(of.share.toFixed(3)) },
  }
}

/** Null of a number that sends too little, or of which no delivery is reported. */
function toUsual(
  { late, messages, nearlyAllMs }: UsualDeliveries,
  steps: readonly number[],
): Usual | null {
  if (messages < HISTORY_MIN || nearlyAllMs === null) return null
  const found = steps.findIndex((ms) => nearlyAllMs <= ms)
  const step = found === -1 ? steps.length - 1 : found
  return { step, usualMs: steps[step] ?? 0, share: (late[step] ?? 0) / messages }
}
