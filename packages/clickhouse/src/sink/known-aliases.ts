import { contactAliasColumns } from '../rows/contact-alias-rows.ts'
import { type Cell, positionsOf } from '../rows/cells.ts'

const at = positionsOf(contactAliasColumns)
/** What makes a row another one than those before. */
const KEY = contactAliasColumns
  .filter((column) => column !== 'first_seen')
  .map((column) => at[column])
/** A person's events are mostly near each other. */
const REMEMBERED_MAX = 20_000

/**
 * Aliases that have a row of this day already, which reports them from an earlier place: nearly
 * every event names its person by two ids. One serves one partition, whose rows it sees in order;
 * no position behind a batch is committed before all of its rows are written.
 */
export class KnownAliases {
  readonly #rows = new Map<string, readonly Cell[]>()
  readonly #rememberedMax: number

  constructor(rememberedMax = REMEMBERED_MAX) {
    this.#rememberedMax = rememberedMax
  }

  /** Whether the row of `contact_aliases` adds something; from then on it is known. */
  isNews(cells: readonly Cell[]): boolean {
    // Rows that differ in the rest take each other's place, which costs a row and loses nothing.
    const key = `${String(cells[at.source])} ${String(cells[at.left_id])} ${String(cells[at.right_id])}`
    const known = this.#rows.get(key)
    if (known !== undefined && isSaidBy(known, cells)) return false
    this.#rows.delete(key)
    this.#rows.set(key, cells)
    if (this.#rows.size > this.#rememberedMax) {
      const oldest = this.#rows.keys().next()
      if (oldest.done !== true) this.#rows.delete(oldest.value)
    }
    return true
  }
}

function isSaidBy(known: readonly Cell[], cells: readonly Cell[]): boolean {
  return (
    KEY.every((position) => known[position] === cells[position]) &&
    !isBefore(cells[at.first_seen], known[at.first_seen])
  )
}

/** By time of receipt and raw position. */
function isBefore(left: Cell | undefined, right: Cell | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return true
  const place = left.findIndex((number, index) => number !== right[index])
  return place !== -1 && Number(left[place]) < Number(right[place])
}
