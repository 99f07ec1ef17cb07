import { lagOf, type Readings, sumOf, totalsOf } from './read-stages.ts'

export interface ReplayProgress {
  /** Raw records decoded since this run began, and the total to decode. */
  readonly done: number
  readonly total: number
  /** Records that wait for the processors and the sinks. */
  readonly eventsWaiting: number
  readonly rowsWaiting: number
  /** Raw records per second, recently. */
  readonly ratePerSecond: number
  /** Undefined while it can't be known. */
  readonly remainingMs: number | undefined
}

const WINDOW_MS = 15_000
const WINDOW_MS_MIN = 1_000

interface Sample {
  readonly atMs: number
  readonly readings: Readings
}

/** Computes from readings of the stages how far a rebuild is, and when it will be done. */
export class ReplayProgressMeter {
  readonly #first: Readings
  #window: readonly Sample[] = []

  constructor(first: Readings) {
    this.#first = first
  }

  measure(readings: Readings, atMs: number): ReplayProgress {
    this.#window = [
      ...this.#window.filter((sample) => sample.atMs > atMs - WINDOW_MS),
      { atMs, readings },
    ]
    const raw = totalsOf(readings, 'decoder')
    const begun = totalsOf(this.#first, 'decoder').done
    const oldest = this.#window[0] ?? { atMs, readings }
    const spanMs = atMs - oldest.atMs
    const decoded = raw.done - totalsOf(oldest.readings, 'decoder').done
    return {
      done: raw.done - begun,
      total: raw.end - begun,
      eventsWaiting: totalsOf(readings, 'processor').lag,
      rowsWaiting: totalsOf(readings, 'sink').lag,
      ratePerSecond: spanMs === 0 ? 0 : (decoded * 1_000) / spanMs,
      remainingMs:
        spanMs < WINDOW_MS_MIN
          ? undefined
          : estimateRemaining({ oldest: oldest.readings, readings, spanMs, decoded }),
    }
  }
}

/**
 * The stages work side by side, so the slowest decides. What still has to be decoded becomes work
 * for the later stages, in the proportion seen in the window.
 */
function estimateRemaining({
  oldest,
  readings,
  spanMs,
  decoded,
}: {
  readonly oldest: Readings
  readonly readings: Readings
  readonly spanMs: number
  readonly decoded: number
}): number | undefined {
  const rawLag = totalsOf(readings, 'decoder').lag
  const times = readings.map((reading, stage) => {
    const before = oldest[stage] ?? reading
    const done = sumOf(reading.done) - sumOf(before.done)
    const arrived = sumOf(reading.ends) - sumOf(before.ends)
    const toCome = reading.kind === 'decoder' || decoded === 0 ? 0 : (arrived / decoded) * rawLag
    const work = lagOf(reading) + toCome
    if (work === 0) return 0
    return done <= 0 ? undefined : (work / done) * spanMs
  })
  if (times.includes(undefined)) return undefined
  return Math.max(...times.map((time) => time ?? 0))
}
