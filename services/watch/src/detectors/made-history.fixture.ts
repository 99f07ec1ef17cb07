import { type HourActivity } from './activity.ts'
import { HOUR_MS } from './detection.ts'
import { type FailedHour } from './failures.ts'
import { type SentHour } from './stuck.ts'

/** A Monday. */
export const BEGINNING = Date.UTC(2026, 0, 5)

export interface Random {
  /** From 0, below 1. */
  next(): number
  /** A count of what happens so often on average. */
  poisson(mean: number): number
}

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    poisson(mean) {
      if (mean > 50) {
        const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
        return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
      }
      let count = 0
      for (let left = Math.exp(-mean), product = next(); product > left; product *= next()) {
        count += 1
      }
      return count
    },
  }
}

/** How a number is used, and what goes wrong with it. */
export interface NumberPlan {
  readonly number: string
  /** Messages that it sends on average, by hour since the beginning. */
  readonly messagesIn: (hour: number) => number
  /** Changes what came of an hour. */
  readonly troubleIn?: (hour: number, activity: HourActivity) => HourActivity
  /** Messages that failed with a code, in the hour. */
  readonly failedIn?: (hour: number, random: Random) => number
  /** Share that is not delivered in time, of those sent in the hour. */
  readonly lateShareIn?: (hour: number) => number
}

export interface History {
  readonly activity: readonly HourActivity[]
  readonly failed: readonly FailedHour[]
  readonly sent: readonly SentHour[]
}

export const CODE = 131049

/** What is known of a number after so many hours. Hours in which nothing came have no row. */
export function makeHistory(plan: NumberPlan, hours: number, random: Random): History {
  const activity: HourActivity[] = []
  const failed: FailedHour[] = []
  const sent: SentHour[] = []
  for (let hour = 0; hour < hours; hour += 1) {
    const hourMs = BEGINNING + hour * HOUR_MS
    const { failedIn = () => 0, lateShareIn = () => 0.06, number, troubleIn } = plan
    const messages = random.poisson(plan.messagesIn(hour))
    const withCode = Math.min(messages, failedIn(hour, random))
    const usual = toActivity(number, { hourMs, messages, failed: withCode }, random)
    const row = troubleIn?.(hour, usual) ?? usual
    if (row.events > 0) activity.push(row)
    if (withCode > 0) failed.push({ number, hourMs, code: CODE, failed: withCode, messages })
    if (messages > 0) {
      const late = Math.min(messages, random.poisson(lateShareIn(hour) * messages))
      sent.push({ number, hourMs, messages, late: [late] })
    }
  }
  return { activity, failed, sent }
}

function toActivity(
  number: string,
  given: { readonly hourMs: number; readonly messages: number; readonly failed: number },
  random: Random,
): HourActivity {
  const { failed, hourMs, messages } = given
  const share = (of: number, part: number): number => Math.min(of, random.poisson(part * of))
  const delivered = share(messages - failed, 0.93)
  const read = share(delivered, 0.6)
  const received = random.poisson(messages / 5)
  const events = messages + delivered + read + failed + received
  const delayMs = events === 0 ? null : 1_000 + random.poisson(500)
  return { number, hourMs, events, sent: messages, delivered, read, failed, timed: events, delayMs }
}

export const HOURS_OF_WEEK = 7 * 24

/** Open from 8 to 20 on every day, with few messages at night. */
export const inOpeningHours =
  (mean: number, atNight = 1) =>
  (hour: number): number =>
    hour % 24 >= 8 && hour % 24 < 20 ? mean : atNight
