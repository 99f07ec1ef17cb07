import { contactAliasColumns } from '../rows/contact-alias-rows.ts'
import { type Cell, positionsOf } from '../rows/cells.ts'

const FIRST_SEEN = positionsOf(contactAliasColumns).first_seen
/** A person's events are mostly near each other. */
const REMEMBERED_MAX = 20_000

/**
 * Aliases that have a row of this day already, which reports them from an earlier place: nearly
 * every event names its person by two ids. One serves one partition, whose rows it sees in order;
 * no position behind a batch is committed before all of its rows are written.
 */
export class KnownAliases {
  /**
   * By all other cells, which are one text: as lists they would be most of what the garbage
   * collector has to look at.
   */
  readonly #firstSeen = new Map<string, Cell | undefined>()
  readonly #rememberedMax: number

  constructor(rememberedMax = REMEMBERED_MAX) {
    this.#rememberedMax = rememberedMax
  }

  /** Whether the row of `contact_aliases` adds something; from then on it is known. */
  isNews(cells: readonly Cell[]): boolean {
    const key = JSON.stringify(cells.with(FIRST_SEEN, null))
    const firstSeen = cells[FIRST_SEEN]
    if (this.#firstSeen.has(key) && !isBefore(firstSeen, this.#firstSeen.get(key))) return false
    this.#firstSeen.delete(key)
    this.#firstSeen.set(key, firstSeen)
    if (this.#firstSeen.size > this.#rememberedMax) {
      const oldest = this.#firstSeen.keys().next()
      if (oldest.done !== true) this.#firstSeen.delete(oldest.value)
    }
    return true
  }
}

/** By time of receipt and raw position. */
function isBefore(left: Cell | undefined, right: Cell | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return true
  const place = left.findIndex((number, index) => number !== right[index])
  return place !== -1 && Number(left[place]) < Number(right[place])
}
