import { type DerivedData, findEmptyRanges, readCanaryTimes } from '@wabastream/clickhouse'
import { DAY_MS, HOUR_MS, MINUTE_MS, type Outage, WEEK_MS } from '../detectors/detection.ts'
import { type ComparedTime, comparedTimes, isWithin } from '../detectors/hour-history.ts'
import { findGaps, withRefused } from '../detectors/outages.ts'

/** Webhooks of the canary that tell how often it sings. */
const CANARY_MS = 3 * DAY_MS
const STEP_MS = 30 * MINUTE_MS

/**
 * Times in which nothing could reach us, of the days before the end of an hour and of the hours
 * that it is compared with. Of the latter also without a canary: a time in which nothing came of
 * any number says of none what is usual.
 */
export async function readOutages(data: DerivedData, endMs: number): Promise<readonly Outage[]> {
  const compared = comparedTimes(endMs - HOUR_MS)
  const gaps = [...(await readGaps(data, endMs))]
  for (const time of compared) {
    const before = await readGaps(data, time.toMs)
    gaps.push(...before.filter((gap) => isWithin(gap, time)))
  }
  const silent = await findEmptyRanges(data, gaps)
  return [...silent, ...(await readEmptyTimes(data, compared))].map(withRefused)
}

async function readGaps(data: DerivedData, untilMs: number): Promise<readonly Outage[]> {
  const canaryMs = await readCanaryTimes(data, { fromMs: untilMs - CANARY_MS, toMs: untilMs })
  return findGaps(canaryMs, untilMs)
}

async function readEmptyTimes(
  data: DerivedData,
  compared: readonly ComparedTime[],
): Promise<readonly Outage[]> {
  const empty = await findEmptyRanges(data, compared.flatMap(hoursOf))
  if (empty.length === 0) return []
  // Who began within the four weeks was not away before: of them there is no week to leave out.
  const toMs = Math.min(...compared.map(({ fromMs }) => fromMs))
  const unused = await findEmptyRanges(data, [{ fromMs: toMs - WEEK_MS, toMs }])
  return unused.length === 0 ? empty : []
}

/**
 * An hour from each half hour on, so that an hour and a half without anything always has one. The
 * ends of a range do not count, so it begins before its first millisecond.
 */
function hoursOf({ fromMs, toMs }: ComparedTime): readonly Outage[] {
  const firstMs = fromMs - STEP_MS
  return Array.from({ length: (toMs - firstMs) / STEP_MS }, (_, index) => ({
    fromMs: firstMs + index * STEP_MS - 1,
    toMs: firstMs + index * STEP_MS + HOUR_MS,
  }))
}
