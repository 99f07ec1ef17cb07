import { type LaterTime, type MessageTimeline } from '@wabastream/contracts'
import { rungTime } from './ladder.ts'

/** They matter only when they are further apart than the expiry; then these cover over a year. */
const TIMES_PER_RUNG_MAX = 8

/**
 * The other times of all rungs, with this one added; `first` is the rung's first time so far. Keeps
 * the latest times of each rung in a fixed order, so that it is a join. Returns the list that it
 * got when the time adds nothing to it.
 */
export function withLaterTime(
  times: readonly LaterTime[],
  rung: LaterTime['rung'],
  { first, at }: { readonly first: number | null; readonly at: number | null },
): readonly LaterTime[] {
  if (first === null || at === null || at === first) return times
  const later = Math.max(first, at)
  const known = times.filter((one) => one.rung === rung)
  if (known.some((one) => one.at === later)) return times
  const latest = [...known, { rung, at: later }].toSorted(byRungAndTime).slice(-TIMES_PER_RUNG_MAX)
  if (latest.every((one) => known.includes(one))) return times
  return [...times.filter((one) => one.rung !== rung), ...latest].toSorted(byRungAndTime)
}

/** Of each rung the latest of these times, each once, by rung and time. */
export function joinLaterTimes(times: readonly LaterTime[]): readonly LaterTime[] {
  const byPlace = new Map(times.map((one) => [`${one.rung} ${one.at}`, one]))
  const inOrder = [...byPlace.values()].toSorted(byRungAndTime)
  return inOrder.filter(({ rung }, index) => inOrder[index + TIMES_PER_RUNG_MAX]?.rung !== rung)
}

/** Every time known of a rung; empty where none was reported. */
export function timesOf(timeline: MessageTimeline, rung: LaterTime['rung']): readonly number[] {
  const first = rung === 'failed' ? timeline.failedAt : rungTime(timeline, rung)
  if (first === null) return []
  return [first, ...timeline.laterTimes.filter((one) => one.rung === rung).map(({ at }) => at)]
}

function byRungAndTime(left: LaterTime, right: LaterTime): number {
  if (left.rung === right.rung) return left.at - right.at
  return left.rung < right.rung ? -1 : 1
}
