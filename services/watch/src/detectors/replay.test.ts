// Goal: over weeks of history the detectors find what went wrong, when it began and ended, and
// nothing else. Method: history is made, the detectors look at one hour after the other, and what
// they find is compared with what was done to it. No clock but that of the history.
import { describe, expect, it } from '@jest/globals'
import { type HourActivity, noActivity } from './activity.ts'
import { advance } from './advance.ts'
import { judgeDelay } from './delay.ts'
import {
  DAY_MS,
  type Detection,
  HOUR_MS,
  type Hour,
  hourOf,
  type Judged,
  MINUTE_MS,
  type Outage,
  WEEK_MS,
} from './detection.ts'
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
import { judgeStuck, type SentHour, type UsualDeliveries } from './stuck.ts'

const WEEKS = 6
const HOURS = WEEKS * HOURS_OF_WEEK
/** The Wednesday of the fifth week, at ten. */
const TEN = 4 * HOURS_OF_WEEK + 2 * 24 + 10
const NEXT_TEN = TEN + HOURS_OF_WEEK

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
  // Of the week before only what went wrong is known of these hours.
  {
    number: 'silent again',
    messagesIn: inOpeningHours(120),
    troubleIn: (hour, row) =>
      isFrom(TEN, TEN + 4)(hour) || isFrom(NEXT_TEN, NEXT_TEN + 3)(hour)
        ? { ...row, ...nothing }
        : row,
  },
  {
    number: 'late again',
    messagesIn: inOpeningHours(150),
    troubleIn: (hour, row) =>
      hour === TEN || hour === NEXT_TEN ? { ...row, delayMs: 600_000 } : row,
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
  // Forty times as many messages as usual at this hour, with the usual share that fails.
  {
    number: 'campaign that fails as usual',
    messagesIn: (hour) => (hour === TEN ? 8_000 : inOpeningHours(200)(hour)),
    failedIn: (hour, random) => random.poisson(hour === TEN ? 640 : 16),
    troubleIn: (hour, row) => (hour === TEN ? { ...row, read: 250 } : row),
  },
  // At an hour at which it never sent before, when nobody knows what is usual.
  {
    number: 'campaign at night',
    messagesIn: (hour) => (hour === TEN - 8 ? 4_000 : inOpeningHours(40, 0)(hour)),
    failedIn: (hour, random) => (hour === TEN - 8 ? random.poisson(400) : 0),
    troubleIn: (hour, row) => (hour === TEN - 8 ? { ...row, read: 100 } : row),
  },
  {
    number: 'stuck',
    messagesIn: inOpeningHours(200),
    lateShareIn: (hour) => (isFrom(TEN, TEN + 3)(hour) ? 0.9 : 0.06),
  },
]

interface Seen extends History {
  readonly usual: readonly UsualDeliveries[]
}
type Judge = (history: Seen, hour: Hour, known: readonly Detection[]) => Judged
const judges: readonly Judge[] = [
  ({ activity }, hour, known) => judgeSilence(activity, hour, known),
  ({ activity }, hour, known) => judgeLostStatuses(activity, hour, known),
  ({ activity }, hour) => judgeDelay(activity, hour),
  ({ activity, failed }, hour) => judgeFailures(failed, activity, hour),
  ({ sent, usual }, hour) => judgeStuck({ steps: [10 * MINUTE_MS], sent, usual }, hour),
]

/** What one detector after the other finds, hour by hour, as the log has it in the end. */
function replay(
  history: History,
  { from = 0, outages = [] }: { readonly from?: number; readonly outages?: readonly Outage[] } = {},
): readonly Detection[] {
  const seenAt = createLookup(history)
  const rows = new Map<string, Detection>()
  const known = judges.map((): readonly Detection[] => [])
  for (let hour = from; hour < HOURS; hour += 1) {
    const now = hourOf(BEGINNING + hour * HOUR_MS, outages)
    const seen = seenAt(now)
    for (const [index, judge] of judges.entries()) {
      const next = advance(known[index] ?? [], judge(seen, now, known.flat()), now)
      known[index] = next.known
      for (const one of next.news) {
        rows.set([index, one.number, one.subject, one.sinceMs].join(' '), one)
      }
    }
  }
  return judges.flatMap((_, index) =>
    [...rows].filter(([key]) => key.startsWith(`${index} `)).map(([, one]) => one),
  )
}

type Lookup = (hour: Hour) => Seen

/** What the queries read at the end of an hour: nothing that comes later, and no other hours. */
function createLookup({ activity, failed, sent }: History): Lookup {
  const [activityAt, failedAt, sentAt] = [byTime(activity), byTime(failed), byTime(sent)]
  const usual = new Map<number, readonly UsualDeliveries[]>()
  function usualBefore(untilMs: number): readonly UsualDeliveries[] {
    const known = usual.get(untilMs)
    if (known !== undefined) return known
    const week = sent.filter(({ hourMs }) => hourMs < untilMs && hourMs >= untilMs - WEEK_MS)
    usual.set(untilMs, usualOf(week))
    return usualOf(week)
  }
  return function seenAt({ startMs }) {
    const compared = [
      startMs,
      ...[1, 2, 3, 4].flatMap((weeks) =>
        [-1, 0, 1].map((beside) => startMs + (beside - weeks * HOURS_OF_WEEK) * HOUR_MS),
      ),
    ]
    const lately = Array.from({ length: 12 }, (_, before) => startMs - before * HOUR_MS)
    const untilMs = Math.floor(startMs / DAY_MS) * DAY_MS - DAY_MS
    const rowsOf = <Row>(at: ReadonlyMap<number, Row>, hours: readonly number[]): readonly Row[] =>
      hours.flatMap((hourMs) => at.get(hourMs) ?? [])
    return {
      activity: rowsOf(activityAt, compared),
      failed: rowsOf(failedAt, compared),
      sent: rowsOf(sentAt, lately),
      usual: usualBefore(untilMs),
    }
  }
}

/** Of one number, whose deliveries are late or come within five minutes. */
function usualOf(rows: readonly SentHour[]): readonly UsualDeliveries[] {
  const total = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0)
  const late = [total(rows.map((row) => row.late[0] ?? 0))]
  const messages = total(rows.map((row) => row.messages))
  return rows
    .slice(0, 1)
    .map(({ number }) => ({ number, messages, late, nearlyAllMs: 5 * MINUTE_MS }))
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
      'silent again: number_silent 0 to 4',
      'silent again: number_silent 168 to 171',
      'late again: provider_behind 0 to 1',
      'late again: provider_behind 168 to 169',
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
    const history = makeHistory(plan, HOURS, createRandom(7))
    const [silent] = replay(history)
    expect(silent?.reason).toMatch(
      /^no events, nor of any other number, for an hour; in the last four weeks .* or more$/,
    )
    expect(Object.keys(silent?.figures ?? {})).toHaveLength(5)
    const hour = hourOf(silent?.sinceMs ?? 0)
    const other = history.activity.map((row) => ({ ...row, number: 'other' }))
    const rows = [...createLookup(history)(hour).activity, ...other]
    const busy = { ...(other[0] ?? noActivity('other', 0)), hourMs: hour.startMs }
    expect(judgeSilence([...rows, busy], hour).found[0]?.reason).toMatch(/^no events for an hour;/)
  })

  it('say nothing in the first four weeks, when nobody knows what is usual', () => {
    const plan = { number: 'new', messagesIn: (hour: number) => (hour < 500 ? 200 : 0) }
    expect(replay(makeHistory(plan, HOURS, createRandom(1)))).toEqual([])
  })
})

describe('an outage of ours', () => {
  const at = (hour: number): number => BEGINNING + hour * HOUR_MS
  // From half past nine until half past twelve, when all of it comes at once.
  const outage = { fromMs: at(TEN - 0.5), toMs: at(TEN + 2.5) }
  const plan: NumberPlan = {
    number: 'well',
    messagesIn: inOpeningHours(200),
    failedIn: (hour, random) => random.poisson(16 * (hour === TEN + 2 ? 4 : 1)),
    lateShareIn: (hour) => (isFrom(TEN - 1, TEN + 2)(hour) ? 0.9 : 0.06),
    troubleIn(hour, row) {
      if (isFrom(TEN, TEN + 2)(hour)) return { ...row, ...nothing }
      if (hour === TEN - 1) return shrunk(row, 0.3)
      return hour === TEN + 2 ? shrunk(row, 3) : row
    },
  }
  const found = (outages: readonly Outage[]): readonly string[] => {
    const history = makeHistory(plan, HOURS, createRandom(3))
    const received = history.failed.filter(
      ({ hourMs }) => hourMs < at(TEN) || hourMs >= at(TEN + 2),
    )
    return replay({ ...history, failed: received }, { outages }).map(hoursOf)
  }

  it('is not taken for one of the provider, where a canary shows it', () => {
    expect(found([outage])).toEqual([])
  })

  it('may be one of the provider, where there is none', () => {
    expect(found([])).toEqual([
      'well: number_silent 0 to 2',
      'well: statuses_lost -1 to 2',
      'well: messages_stuck -1 to 2',
    ])
  })
})

describe('an outage of ours weeks ago', () => {
  const at = (hour: number): number => BEGINNING + hour * HOUR_MS
  const outage = { fromMs: at(TEN), toMs: at(TEN + 1) }
  const foundAfter = (share: number, outages: readonly Outage[]): readonly string[] => {
    const plan: NumberPlan = {
      number: 'after',
      messagesIn: inOpeningHours(150),
      troubleIn(hour, row) {
        if (hour === TEN) return { ...row, ...nothing }
        return isFrom(NEXT_TEN, NEXT_TEN + 2)(hour) ? shrunk(row, share) : row
      },
    }
    const history = makeHistory(plan, HOURS, createRandom(5))
    return replay(history, { from: TEN + 2, outages }).map(hoursOf)
  }

  it('is not what is usual: what goes wrong at the same hour is found', () => {
    expect(foundAfter(0, [outage])).toEqual(['after: number_silent 168 to 170'])
    expect(foundAfter(0.3, [outage])).toEqual(['after: statuses_lost 168 to 170'])
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
      const found = replay(makeHistory(plan, HOURS, createRandom(seed)), {
        from: 4 * HOURS_OF_WEEK,
      })
      expect({ seed, found: found.map(hoursOf) }).toEqual({ seed, found: [] })
    }
  })
})
