import { type HourActivity, noActivity, statusesOf } from './activity.ts'
import { DEVIATIONS, type Detection, type Finding, type Hour, type Judged } from './detection.ts'
import {
  byHour,
  groupRows,
  leastOfWeeks,
  silencesOf,
  soundWeeksBefore,
  type Week,
  weekFigures,
} from './hour-history.ts'
import { isDisturbed } from './outages.ts'
import { listOf } from './silence.ts'

/** Below, half of them may be missing by chance. */
const STATUSES_MIN = 40
const LOST_SHARE = 0.5
/** Above this share of what is usual it has ended: not the same as where it begins. */
const ENDED_SHARE = 0.7
/** A status that so few messages get may well be missing for an hour. */
const RATIO_MIN = 0.15

/** A status, and how many of it there could be. */
const parts = [
  { part: 'sent', count: ({ sent }: HourActivity) => sent, of: ({ delivered }) => delivered },
  {
    part: 'delivered',
    count: ({ delivered }: HourActivity) => delivered,
    of: ({ failed, sent }) => Math.max(sent - failed, 0),
  },
  { part: 'read', count: ({ read }: HourActivity) => read, of: ({ delivered }) => delivered },
] satisfies readonly {
  readonly part: string
  readonly count: (row: HourActivity) => number
  readonly of: (row: HourActivity) => number
}[]

type Part = (typeof parts)[number]

/** How much there is of what there usually is. */
interface Share {
  readonly finding: Finding
  readonly share: number
  readonly isLost: boolean
}

/**
 * Numbers with less than half of the statuses that the same hour had in each of the last four
 * weeks: of all statuses (subject empty), or of one, as the subject says, although the messages
 * that should get it are there.
 */
export function judgeLostStatuses(
  rows: readonly HourActivity[],
  hour: Hour,
  known: readonly Detection[] = [],
): Judged {
  const silences = silencesOf(known)
  const shares = new Map<string, Share>()
  for (const [number, own] of groupRows(rows, (row) => row.number)) {
    const hours = byHour(own)
    const now = hours.get(hour.startMs) ?? noActivity(number, hour.startMs)
    // Of a number that is silent everything is lost, and that says it all.
    if (now.events === 0 || !hour.isComplete || isDisturbed(hour)) continue
    const weeks = soundWeeksBefore(hours, hour, silences.get(number) ?? [])
    for (const share of [wholeOf(now, weeks), ...parts.map((part) => partOf(part, now, weeks))]) {
      if (share !== null) shares.set(toKey(share.finding), share)
    }
  }
  return {
    found: [...shares.values()].filter(({ isLost }) => isLost).map(({ finding }) => finding),
    endOf(detection: Detection) {
      const known = shares.get(toKey(detection))
      return known !== undefined && known.share >= ENDED_SHARE ? hour.startMs : null
    },
  }
}

const toKey = ({ number, subject }: Pick<Finding, 'number' | 'subject'>): string =>
  JSON.stringify([number, subject])

type Weeks = readonly Week<HourActivity>[]

function wholeOf(now: HourActivity, weeks: Weeks): Share | null {
  const leasts = leastOfWeeks(weeks, statusesOf)
  const usual = Math.min(...leasts)
  if (usual < STATUSES_MIN) return null
  const statuses = statusesOf(now)
  return toShare(
    { count: statuses, usual },
    {
      ...findingOf(now, ''),
      reason:
        `${statuses} statuses in an hour; in the last four weeks it had ${listOf(leasts)} or more. ` +
        'Either fewer messages were sent, or their statuses do not come',
      figures: { statuses, ...weekFigures(weeks, leasts) },
    },
  )
}

function partOf({ count, of, part }: Part, now: HourActivity, weeks: Weeks): Share | null {
  const possible = of(now)
  const ratios = weeks.map(({ hours }) => {
    const known = hours.flatMap((row) => row ?? [])
    const base = sum(known.map(of))
    return base < STATUSES_MIN ? 0 : sum(known.map(count)) / base
  })
  const ratio = Math.min(...ratios, 1)
  if (ratio < RATIO_MIN || possible < STATUSES_MIN) return null
  const leasts = leastOfWeeks(weeks, count)
  // A burst of new messages has few reads yet: there must be fewer than usual as well.
  const usual = Math.min(ratio * possible, ...leasts)
  if (usual < STATUSES_MIN * RATIO_MIN) return null
  return toShare(
    { count: count(now), usual },
    {
      ...findingOf(now, part),
      reason:
        `${count(now)} times ${part} in an hour where ${possible} could be; in the last four weeks ` +
        `it was ${Math.round(ratio * 100)} % or more of them`,
      figures: { [part]: count(now), possible, usual_ratio: Number(ratio.toFixed(3)) },
    },
  )
}

function toShare(
  { count, usual }: { readonly count: number; readonly usual: number },
  finding: Finding,
): Share {
  const isFar = usual - count > DEVIATIONS * Math.sqrt(usual)
  const share = count / usual
  return { finding, share, isLost: share < LOST_SHARE && (isFar || isGone(count, usual)) }
}

/** A few deviations are not to be had below 36: but none at all of so many is no chance either. */
function isGone(count: number, usual: number): boolean {
  return count === 0 && usual >= 20
}

function findingOf({ hourMs, number }: HourActivity, subject: string) {
  return { kind: 'statuses_lost', number, subject, sinceMs: hourMs } as const
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
