import {
  DAY_MS,
  type Detection,
  type DetectionSubject,
  type Hour,
  type Judged,
  keyOf,
} from './detection.ts'

/** What nobody ended by then is usual: the weeks that it is compared with are like it. */
export const OPEN_MS_MAX = 28 * DAY_MS
/** Longer than that no report is sent again, and no hour is looked at again. */
export const REMEMBERED_MS = 35 * DAY_MS

export interface Advanced {
  /** What goes on, and what ended lately. */
  readonly known: readonly Detection[]
  /** What began or ended with the hour: a row each. */
  readonly news: readonly Detection[]
}

/**
 * The detections of one detector after one more hour. Hours come in order; one that comes again
 * changes nothing.
 */
export function advance(known: readonly Detection[], judged: Judged, hour: Hour): Advanced {
  const open = new Map<string, Detection>()
  const ended: Detection[] = []
  for (const detection of known) {
    if (detection.endedMs === null) open.set(keyOf(detection), detection)
    else if (hour.startMs - detection.endedMs < REMEMBERED_MS) ended.push(detection)
  }
  const news: Detection[] = []

  function end(detection: Detection, atMs: number): void {
    const closed = { ...detection, endedMs: Math.max(atMs, detection.sinceMs) }
    open.delete(keyOf(detection))
    ended.push(closed)
    news.push(closed)
  }

  for (const finding of judged.found.toSorted((left, right) => left.sinceMs - right.sinceMs)) {
    if (ended.some((one) => isWithin(finding, one))) continue
    const former = open.get(keyOf(finding))
    if (former !== undefined) {
      const endedMs = judged.endOf(former)
      if (endedMs === null || endedMs > finding.sinceMs) continue
      end(former, endedMs)
    }
    const detection = { ...finding, endedMs: null }
    open.set(keyOf(finding), detection)
    news.push(detection)
  }
  for (const detection of open.values()) {
    if (detection.sinceMs >= hour.endMs) continue
    const endedMs = judged.endOf(detection) ?? expiryOf(detection, hour)
    if (endedMs !== null) end(detection, endedMs)
  }
  return { known: [...open.values(), ...ended], news }
}

/** Whether a detection that has ended is the same, or covers it. */
function isWithin(finding: DetectionSubject & { readonly sinceMs: number }, one: Detection) {
  const { endedMs, sinceMs } = one
  if (endedMs === null || keyOf(finding) !== keyOf(one)) return false
  return finding.sinceMs === sinceMs || (finding.sinceMs > sinceMs && finding.sinceMs < endedMs)
}

/** What says itself when it ends does not end before. */
function expiryOf({ figures, sinceMs }: Detection, { startMs }: Hour): number | null {
  const isOver = startMs - sinceMs >= OPEN_MS_MAX && figures['until_seconds'] === undefined
  return isOver ? startMs : null
}
