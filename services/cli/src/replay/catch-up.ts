import { hasReached, type Readings } from './read-stages.ts'

interface Mark {
  readonly atMs: number
  /** The stage that has to reach `ends`. */
  readonly stage: number
  /** Undefined until they are read, after the stage before is done. */
  readonly ends: ReadonlyMap<string, number> | undefined
}

/**
 * Says how far behind a generation is, under live traffic, when no lag is ever exactly zero: it
 * marks the end of the raw topic and follows the mark through the stages. A stage's input is
 * complete only once the stage before has committed, so the mark moves one stage per reading, to
 * ends that were read after that.
 */
export class CatchUpWatch {
  #mark: Mark | undefined
  #delayMs: number | undefined

  /** Time that the last mark took through all stages; undefined before one has. */
  get delayMs(): number | undefined {
    return this.#delayMs
  }

  /**
   * True if a mark came through with this reading: everything that was appended before it is done.
   */
  observe(readings: Readings, nowMs: number): boolean {
    const { atMs, stage, ends } = this.#mark ?? { atMs: nowMs, stage: 0, ends: undefined }
    const current = readings[stage]
    if (current !== undefined) {
      const marked = ends ?? current.ends
      this.#mark = hasReached(current, marked)
        ? { atMs, stage: stage + 1, ends: undefined }
        : { atMs, stage, ends: marked }
      if (this.#mark.stage < readings.length) return false
    }
    this.#mark = undefined
    this.#delayMs = nowMs - atMs
    return true
  }
}
