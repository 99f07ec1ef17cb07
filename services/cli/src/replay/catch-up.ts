import { hasReached, type Readings } from './read-stages.ts'

interface Mark {
  readonly atMs: number
  /** The stage that is to reach `ends`. */
  readonly stage: number
  readonly ends: ReadonlyMap<string, number>
}

/**
 * Tells how far behind a generation is, under live traffic, when no lag is ever exactly zero: it
 * marks the end of the raw topic and follows the mark through the stages. What a stage makes of it
 * is complete only once the stage before has committed, so the mark moves one stage per reading.
 */
export class CatchUpWatch {
  #mark: Mark | undefined
  #delayMs: number | undefined

  /** Time that the last mark took through all stages; undefined before one has. */
  get delayMs(): number | undefined {
    return this.#delayMs
  }

  /** True when a mark came through with this reading: all that was appended before it is done. */
  observe(readings: Readings, nowMs: number): boolean {
    const mark = this.#mark ?? { atMs: nowMs, stage: 0, ends: readings[0].ends }
    const current = readings[mark.stage]
    if (current !== undefined && !hasReached(current, mark.ends)) {
      this.#mark = mark
      return false
    }
    const stage = mark.stage + 1
    const next = readings[stage]
    if (next !== undefined) {
      this.#mark = { atMs: mark.atMs, stage, ends: next.ends }
      return false
    }
    this.#mark = undefined
    this.#delayMs = nowMs - mark.atMs
    return true
  }
}
