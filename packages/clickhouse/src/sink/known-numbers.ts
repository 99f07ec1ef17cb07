import { type Cell } from '../rows/cells.ts'

/** An installation has fewer numbers and days at once. */
const REMEMBERED_MAX = 20_000

/**
 * Numbers that have a row of this day already: every event names its own. One serves one
 * partition; no position behind a batch is committed before all of its rows are written.
 */
export class KnownNumbers {
  readonly #keys = new Set<string>()

  /** Whether the row of `numbers` adds something; from then on it is known. */
  isNews(cells: readonly Cell[]): boolean {
    const key = cells.join(' ')
    if (this.#keys.has(key)) return false
    if (this.#keys.size >= REMEMBERED_MAX) this.#keys.clear()
    this.#keys.add(key)
    return true
  }
}
