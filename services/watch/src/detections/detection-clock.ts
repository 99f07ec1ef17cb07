import { advance, REMEMBERED_MS } from '../detectors/advance.ts'
import {
  type Detection,
  type DetectionKind,
  HOUR_MS,
  type Hour,
  hourOf,
  type Judged,
} from '../detectors/detection.ts'
import { lastSettledHour, type Progress } from './settled-hour.ts'

/** Hours that are looked at again after a start; those before stay as they were judged. */
const HOURS_AGAIN = 6

export interface Detector {
  readonly name: string
  readonly kinds: readonly DetectionKind[]
  /** Whether it also looks at the hour that is not over. */
  readonly isPrompt: boolean
  /** Reads what it needs of the hour, and judges. */
  judge(hour: Hour): Promise<Judged>
}

export interface DetectionClockOptions {
  readonly detectors: readonly Detector[]
  readonly now: () => number
  /** How far the rows of events have come. */
  readProgress(): Promise<Progress>
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
 */
export function createDetectionClock(options: DetectionClockOptions): { tick(): Promise<void> } {
  const { detectors, log, now, onFailure, onLooked, onNews, onOpen } = options
  let watched: readonly Watched[] | undefined

  async function begin(settledMs: number): Promise<readonly Watched[]> {
    const nextHourMs = settledMs - (HOURS_AGAIN - 1) * HOUR_MS
    const known = await options.readKnown(nextHourMs - REMEMBERED_MS)
    return detectors.map((detector) => ({
      detector,
      nextHourMs,
      known: known.filter(({ kind }) => detector.kinds.includes(kind)),
    }))
  }

  async function look(one: Watched, hour: Hour): Promise<void> {
    const { known, news } = advance(one.known, await one.detector.judge(hour), hour)
    await log(news)
    // Not before the rows are there: else a failed insert would be forgotten.
    one.known = known
    for (const detection of news) onNews(detection)
    onLooked(one.detector.name, hour)
  }

  async function goOn(one: Watched, settledMs: number): Promise<void> {
    while (one.nextHourMs <= settledMs) {
      await look(one, hourOf(one.nextHourMs))
      one.nextHourMs += HOUR_MS
    }
    if (!one.detector.isPrompt) return
    const rest = { startMs: one.nextHourMs, endMs: now(), isComplete: false }
    if (rest.endMs > rest.startMs) await look(one, rest)
  }

  return {
    async tick() {
      const settledMs = lastSettledHour(await options.readProgress(), now())
      watched ??= await begin(settledMs)
      for (const one of watched) {
        await goOn(one, settledMs).catch((error: unknown) => onFailure(one.detector.name, error))
      }
      onOpen(watched.flatMap(({ known }) => known).filter(({ endedMs }) => endedMs === null))
    },
  }
}
