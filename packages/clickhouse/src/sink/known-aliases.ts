import { contactAliasColumns } from '../rows/contact-alias-rows.ts'
import { type Cell, positionsOf } from '../rows/cells.ts'

const at = positionsOf(contactAliasColumns)
/** What makes a row another one than those of before. */
const KEY = contactAliasColumns
  .filter((column) => column !== 'first_seen')
  .map((column) => at[column])
/** Rows are dropped that say no more than one before; a person's are mostly near each other. */
const REMEMBERED_MAX = 20_000

/**
 * Aliases that have a row of this day already, which says them from an earlier place: nearly every
 * event names its person by two ids. One serves one partition, whose rows it sees in order; a batch
 * that is not written is never followed by another of the same partition's.
 */
export class KnownAliases {
  readonly #places = new Map<string, readonly number[]>()
  readonly #rememberedMax: number

  constructor(rememberedMax = REMEMBERED_MAX) {
    this.#rememberedMax = rememberedMax
  }

  /** Whether the row of `contact_aliases` adds something; from then on it is known. */
  isNews(cells: readonly Cell[]): boolean {
    const key = KEY.map((position) => netstring(String(cells[position]))).join('')
    const place = toPlace(cells[at.first_seen])
    const known = this.#places.get(key)
    if (known !== undefined && !isBefore(place, known)) return false
    this.#places.delete(key)
    this.#places.set(key, place)
    if (this.#places.size > this.#rememberedMax) {
      const oldest = this.#places.keys().next()
      if (oldest.done !== true) this.#places.delete(oldest.value)
    }
    return true
  }
}

function netstring(text: string): string {
  return `${text.length}:${text}`
}

/** Time of receipt and raw position; the time by the provider goes with the position. */
function toPlace(cell: Cell | undefined): readonly number[] {
  return Array.isArray(cell) ? cell.slice(0, -1).map(Number) : []
}

function isBefore(left: readonly number[], right: readonly number[]): boolean {
  const index = left.findIndex((number, place) => number !== right[place])
  return index !== -1 && (left[index] ?? 0) < (right[index] ?? 0)
}
