import { advance, REMEMBERED_MS } from '../detectors/advance.ts'
import {
  type Detection,
  type DetectionKind,
  HOUR_MS,
  type Hour,
  hourOf,
  type Judged,
  keyOf,
  type Outage,
} from '../detectors/detection.ts'
import { lastSettledHour, type Progress, standAt, type Standing } from './settled-hour.ts'

/** Hours that are looked at again after a start; those before stay as they were judged. */
const HOURS_AGAIN = 6
/** Hours that are made up for: those before are history, and nobody waits for them. */
const HOURS_BEHIND_MAX = 7 * 24

export interface Detector {
  readonly name: string
  readonly kinds: readonly DetectionKind[]
  /** Whether it also looks at the hour that is not over. */
  readonly isPrompt: boolean
  /** Reads what it needs of the hour, and judges it by what all detectors know. */
  judge(hour: Hour, known: readonly Detection[]): Promise<Judged>
}

export interface DetectionClockOptions {
  readonly detectors: readonly Detector[]
  readonly now: () => number
  /** How far the rows of events have come. */
  readProgress(): Promise<Progress>
  /** Times in which nothing could reach us, as an hour has them that ends then. */
  readOutages(endMs: number): Promise<readonly Outage[]>
  /** What goes on, or ended since then. */
  readKnown(sinceMs: number): Promise<readonly Detection[]>
  /** Appends rows, durably. One that is appended again is the same row. */
  log(news: readonly Detection[]): Promise<void>
  readonly onNews: (detection: Detection) => void
  /** What goes on, of all detectors that have looked. */
  readonly onOpen: (open: readonly Detection[]) => void
  readonly onLooked: (detector: string, hour: Hour) => void
  readonly onFailure: (detector: string, error: unknown) => void
}

interface Watched {
  readonly detector: Detector
  nextHourMs: number
  known: readonly Detection[]
}

/**
 * Looks at each hour once it is settled, in order; with each tick at those that were not looked at
 * yet. A detector that fails goes on with the same hour at the next tick, and holds up no other.
 * What is known is read from the log each time: another process may have added to it.
 */
export function createDetectionClock(options: DetectionClockOptions): { tick(): Promise<void> } {
  const { detectors, log, now, onFailure, onLooked, onNews, onOpen, readOutages } = options
  let watched: readonly Watched[] = []
  let standing: Standing | undefined

  function begin(reachedMs: number): readonly Watched[] {
    const nextHourMs = (Math.floor(reachedMs / HOUR_MS) - HOURS_AGAIN + 1) * HOUR_MS
    return detectors.map((detector) => ({ detector, nextHourMs, known: [] }))
  }

  async function look(one: Watched, hour: Hour): Promise<void> {
    const allKnown = watched.flatMap((other) => other.known)
    const { known, news } = advance(one.known, await one.detector.judge(hour, allKnown), hour)
    await log(news)
    // Not before the rows are there: else a failed insert would be forgotten.
    one.known = known
    for (const detection of news) onNews(detection)
    onLooked(one.detector.name, hour)
  }

  async function goOn(one: Watched, settledMs: number, nowMs: number): Promise<void> {
    one.nextHourMs = Math.max(one.nextHourMs, settledMs - (HOURS_BEHIND_MAX - 1) * HOUR_MS)
    while (one.nextHourMs <= settledMs) {
      const outages = await readOutages(one.nextHourMs + HOUR_MS)
      await look(one, hourOf(one.nextHourMs, outages))
      one.nextHourMs += HOUR_MS
    }
    if (!one.detector.isPrompt) return
    const rest = { startMs: one.nextHourMs, endMs: nowMs, isComplete: false, outages: [] }
    if (rest.endMs > rest.startMs) await look(one, rest)
  }

  return {
    async tick() {
      const progress = await options.readProgress()
      // What is not over by one of the clocks is not over.
      const nowMs = Math.min(now(), progress.serverMs)
      standing = standAt(standing, progress, nowMs)
      const settledMs = lastSettledHour(progress, standing, nowMs)
      // Without a row nobody waits for hours that are over.
      if (watched.length === 0) watched = begin(standing.newestMs === 0 ? nowMs : settledMs)
      const oldestMs = Math.min(...watched.map(({ nextHourMs }) => nextHourMs))
      const logged = await options.readKnown(oldestMs - REMEMBERED_MS)
      for (const one of watched) {
        one.known = union(one.known, ofKinds(logged, one.detector.kinds))
      }
      for (const one of watched) {
        await goOn(one, settledMs, nowMs).catch((error: unknown) =>
          onFailure(one.detector.name, error),
        )
      }
      onOpen(watched.flatMap(({ known }) => known).filter(({ endedMs }) => endedMs === null))
    },
  }
}

function ofKinds(
  detections: readonly Detection[],
  kinds: readonly DetectionKind[],
): readonly Detection[] {
  return detections.filter(({ kind }) => kinds.includes(kind))
}

/** Each once, with its end if one of them has it: a server may not show yet what was written. */
function union(own: readonly Detection[], logged: readonly Detection[]): readonly Detection[] {
  const all = new Map<string, Detection>()
  for (const one of [...own, ...logged]) {
    const key = `${keyOf(one)} ${one.sinceMs}`
    if ((all.get(key)?.endedMs ?? null) === null) all.set(key, one)
  }
  return [...all.values()]
}
