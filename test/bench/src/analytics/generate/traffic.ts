import { type Arrival, Arrivals } from './arrivals.ts'
import { Business } from './business.ts'
import { createChooser, Dice, seedOf } from './dice.ts'
import { stories } from './stories.ts'

const HOUR_MS = 3_600_000
const HOURS_PER_DAY = 24
/** Most is written at this hour (UTC), and least half a day later. */
const PEAK_HOUR = 15
/** How much more than the mean is written at the peak. */
const SWING = 0.8
const SHARES = { repeated: 0.03, late: 0.05, veryLate: 0.0001 }

export interface TrafficOptions {
  readonly seed: number
  readonly numbers: number
  readonly messagesPerDay: number
  readonly startMs: number
  readonly endMs: number
}

/** The events of one hour after the other, in the order in which they come in. */
export function* generateHours(options: TrafficOptions): Generator<readonly Arrival[]> {
  const { endMs, messagesPerDay, seed, startMs } = options
  const dice = new Dice(seedOf(seed, 0, 0))
  const business = new Business(options)
  const arrivals = new Arrivals({ dice, startMs, endMs, shares: SHARES })
  const choose = createChooser(stories.map(([weight]) => weight))
  const hours = Math.ceil((endMs - startMs) / HOUR_MS)
  let due = 0
  for (let hour = 0; hour < hours; hour += 1) {
    const fromMs = startMs + hour * HOUR_MS
    due += (messagesPerDay / HOURS_PER_DAY) * shareOf(fromMs)
    while (arrivals.threads < due) {
      const story = stories[choose(dice.next())]?.[1]
      const number = business.pickNumber(dice)
      story?.({ dice, arrivals, business, number }, fromMs + dice.int(0, HOUR_MS - 1))
    }
    yield arrivals.take(hour)
  }
}

/** What is written in that hour, as a share of the mean. */
function shareOf(atMs: number): number {
  const hours = (atMs / HOUR_MS) % HOURS_PER_DAY
  return 1 + SWING * Math.cos((2 * Math.PI * (hours - PEAK_HOUR)) / HOURS_PER_DAY)
}
