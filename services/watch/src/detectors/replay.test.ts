// Goal: over weeks of history the detectors find what went wrong, when it began and ended, and
// nothing else. Method: history is made, the detectors look at one hour after the other, and what
// they find is compared with what was done to it. No clock but that of the history.
import { describe, expect, it } from '@jest/globals'
import { type HourActivity } from './activity.ts'
import { advance } from './advance.ts'
import { judgeDelay } from './delay.ts'
import { type Detection, HOUR_MS, type Hour, hourOf, type Judged } from './detection.ts'
import { judgeFailures } from './failures.ts'
import { judgeLostStatuses } from './lost-statuses.ts'
import {
  BEGINNING,
  CODE,
  createRandom,
  type History,
  HOURS_OF_WEEK,
  inOpeningHours,
  makeHistory,
  type NumberPlan,
} from './made-history.fixture.ts'
import { judgeSilence } from './silence.ts'
import { judgeStuck } from './stuck.ts'

const WEEKS = 6
const HOURS = WEEKS * HOURS_OF_WEEK
/** The Wednesday of the fifth week, at ten. */
const TEN = 4 * HOURS_OF_WEEK + 2 * 24 + 10

const isFrom =
  (from: number, to: number) =>
  (hour: number): boolean =>
    hour >= from && hour < to

const nothing = { events: 0, sent: 0, delivered: 0, read: 0, failed: 0, timed: 0, delayMs: null }
const shrunk = (row: HourActivity, share: number): HourActivity => ({
  ...row,
  events: Math.round(row.events * share),
  sent: Math.round(row.sent * share),
  delivered: Math.round(row.delivered * share),
  read: Math.round(row.read * share),
})

const plans: readonly NumberPlan[] = [
  { number: 'well', messagesIn: inOpeningHours(200) },
  { number: 'quiet', messagesIn: () => 2 },
  { number: 'grows', messagesIn: (hour) => inOpeningHours(100 + hour / 10)(hour) },
  // A campaign, each Monday at ten, with reads that come later.
  {
    number: 'campaigns',
    messagesIn: (hour) => (hour % HOURS_OF_WEEK === 10 ? 5_000 : inOpeningHours(40)(hour)),
    troubleIn: (hour, row) => (hour % HOURS_OF_WEEK === 10 ? { ...row, read: 30 } : row),
  },
  {
    number: 'one campaign',
    messagesIn: (hour) => (hour === TEN ? 8_000 : inOpeningHours(200)(hour)),
    troubleIn: (hour, row) => (hour === TEN ? { ...row, read: 250 } : row),
  },
  // Half of Europe changes its clocks: the shop opens an hour earlier in UTC.
  {
    number: 'summer time',
    messagesIn: (hour) => inOpeningHours(120)(hour + (hour >= TEN ? 1 : 0)),
  },
  {
    number: 'silent',
    messagesIn: inOpeningHours(120),
    troubleIn: (hour, row) => (isFrom(TEN, TEN + 4)(hour) ? { ...row, ...nothing } : row),
  },
  {
    number: 'silent overnight',
    messagesIn: inOpeningHours(120, 0),
    troubleIn: (hour, row) => (isFrom(TEN, TEN + 24)(hour) ? { ...row, ...nothing } : row),
  },
  {
    number: 'a third comes',
    messagesIn: inOpeningHours(150),
    troubleIn: (hour, row) => (isFrom(TEN, TEN + 3)(hour) ? shrunk(row, 0.3) : row),
  },
  {
    number: 'no reads',
    messagesIn: inOpeningHours(150),
    troubleIn: (hour, row) =>
      isFrom(TEN, TEN + 5)(hour) ? { ...row, events: row.events - row.read, read: 0 } : row,
  },
  {
    number: 'late',
    messagesIn: inOpeningHours(150),
    troubleIn: (hour, row) => (isFrom(TEN, TEN + 2)(hour) ? { ...row, delayMs: 600_000 } : row),
  },
  {
    number: 'fails',
    messagesIn: inOpeningHours(300),
    failedIn: (hour, random) => random.poisson(isFrom(TEN, TEN + 6)(hour) ? 90 : 4),
  },
  {
    number: 'stuck',
    messagesIn: inOpeningHours(200),
    lateShareIn: (hour) => (isFrom(TEN, TEN + 3)(hour) ? 0.9 : 0.06),
  },
]

type Judge = (history: History, hour: Hour) => Judged
const judges: readonly Judge[] = [
  ({ activity }, hour) => judgeSilence(activity, hour),
  ({ activity }, hour) => judgeLostStatuses(activity, hour),
  ({ activity }, hour) => judgeDelay(activity, hour),
  ({ failed }, hour) => judgeFailures(failed, hour),
  ({ sent }, hour) => judgeStuck(sent, hour),
]

/** What one detector after the other finds, hour by hour, as the log has it in the end. */
function replay(history: History, from = 0): readonly Detection[] {
  const seenAt = createLookup(history)
  return judges.flatMap((judge) => {
    const rows = new Map<string, Detection>()
    let known: readonly Detection[] = []
    for (let hour = from; hour < HOURS; hour += 1) {
      const now = hourOf(BEGINNING + hour * HOUR_MS)
      const next = advance(known, judge(seenAt(now), now), now)
      known = next.known
      for (const one of next.news) {
        rows.set([one.kind, one.number, one.subject, one.sinceMs].join(' '), one)
      }
    }
    return [...rows.values()]
  })
}

type Lookup = (hour: Hour) => History

/** What the queries read at the end of an hour: nothing that comes later, and no other hours. */
function createLookup({ activity, failed, sent }: History): Lookup {
  const [activityAt, failedAt, sentAt] = [byTime(activity), byTime(failed), byTime(sent)]
  return function seenAt({ startMs }) {
    const compared = [
      startMs,
      ...[1, 2, 3, 4].flatMap((weeks) =>
        [-1, 0, 1].map((beside) => startMs + (beside - weeks * HOURS_OF_WEEK) * HOUR_MS),
      ),
    ]
    const lately = Array.from({ length: 8 * 24 }, (_, before) => startMs - before * HOUR_MS)
    const rowsOf = <Row>(at: ReadonlyMap<number, Row>, hours: readonly number[]): readonly Row[] =>
      hours.flatMap((hourMs) => at.get(hourMs) ?? [])
    return {
      activity: rowsOf(activityAt, compared),
      failed: rowsOf(failedAt, compared),
      sent: rowsOf(sentAt, lately),
    }
  }
}

/** Of one number there is one row an hour. */
function byTime<Row extends { readonly hourMs: number }>(
  rows: readonly Row[],
): ReadonlyMap<number, Row> {
  return new Map(rows.map((row) => [row.hourMs, row]))
}

const hoursOf = ({ endedMs, kind, number, sinceMs, subject }: Detection): string => {
  const at = (ms: number): number => (ms - BEGINNING) / HOUR_MS - TEN
  const of = subject === '' ? '' : ` (${subject})`
  return `${number}: ${kind}${of} ${at(sinceMs)} to ${endedMs === null ? 'now' : at(endedMs)}`
}

describe('weeks of history', () => {
  it.each([1, 2, 3])('give the list of what was done to them, with seed %d', (seed) => {
    const found = plans.flatMap((plan, index) =>
      replay(makeHistory(plan, HOURS, createRandom(seed * 1_000 + index))),
    )
    expect(found.map(hoursOf)).toEqual([
      'silent: number_silent 0 to 4',
      'silent overnight: number_silent 0 to 24',
      'a third comes: statuses_lost 0 to 3',
      'no reads: statuses_lost (read) 0 to 5',
      'late: provider_behind 0 to 2',
      `fails: failures_rising (${CODE}) 0 to 6`,
      'stuck: messages_stuck 0 to 3',
    ])
  })

  it('say why, in words and figures', () => {
    const plan = plans.find(({ number }) => number === 'silent')
    if (plan === undefined) throw new Error('there is none')
    const [silent] = replay(makeHistory(plan, HOURS, createRandom(7)))
    expect(silent?.reason).toMatch(/^no events for an hour; in the last four weeks .* or more$/)
    expect(Object.keys(silent?.figures ?? {})).toHaveLength(5)
  })

  it('say nothing in the first four weeks, when nobody knows what is usual', () => {
    const plan = { number: 'new', messagesIn: (hour: number) => (hour < 500 ? 200 : 0) }
    expect(replay(makeHistory(plan, HOURS, createRandom(1)))).toEqual([])
  })
})

describe('numbers that are usually quiet', () => {
  const shapes: readonly (readonly [string, (hour: number, seed: number) => number])[] = [
    ['a few messages at any time', () => 3],
    ['one message a day', () => 0.04],
    ['a few messages, in bursts', (hour, seed) => ((hour + seed) % 50 === 0 ? 60 : 0.5)],
    ['ten an hour, when open', (hour) => (hour % 24 >= 9 && hour % 24 < 17 ? 5 : 0)],
  ]

  it.each(shapes)('never fire: %s', (_, messagesIn) => {
    for (let seed = 1; seed <= 25; seed += 1) {
      const plan = { number: 'quiet', messagesIn: (hour: number) => messagesIn(hour, seed) }
      const found = replay(makeHistory(plan, HOURS, createRandom(seed)), 4 * HOURS_OF_WEEK)
      expect({ seed, found: found.map(hoursOf) }).toEqual({ seed, found: [] })
    }
  })
})
