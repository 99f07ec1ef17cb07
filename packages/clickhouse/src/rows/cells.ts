/** What a cell may hold. Times are milliseconds, days are days since 1970; null stays null. */
export type Cell = string | number | boolean | null | readonly Cell[]

/** A row for the columns `C`: as many cells as columns, in their order. */
export type Row<C extends readonly string[] = readonly string[]> = { readonly [I in keyof C]: Cell }

const DAY_MS = 86_400_000

/** The UTC day of a time as a cell. */
export function toDay(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS)
}

// JSON.stringify writes a lone surrogate as an escape, which ClickHouse refuses.
const SURROGATE_ESCAPE = '\\ud'

/** One line of JSONCompactEachRow. Any text can be written: a lone surrogate becomes U+FFFD. */
export function encodeRow(row: readonly Cell[]): string {
  const line = JSON.stringify(row)
  return line.includes(SURROGATE_ESCAPE) ? JSON.stringify(row.map(toWellFormed)) : line
}

/** The position of each column in a row. */
export function positionsOf<C extends string>(columns: readonly C[]): Readonly<Record<C, number>> {
  const positions: Partial<Record<C, number>> = {}
  columns.forEach((column, index) => {
    positions[column] = index
  })
  if (!isComplete(positions, columns)) throw new Error('a column has no position')
  return positions
}

function isComplete<C extends string>(
  positions: Partial<Record<C, number>>,
  columns: readonly C[],
): positions is Record<C, number> {
  return columns.every((column) => positions[column] !== undefined)
}

function toWellFormed(cell: Cell): Cell {
  if (typeof cell === 'string') return cell.toWellFormed()
  return isList(cell) ? cell.map(toWellFormed) : cell
}

function isList(cell: Cell): cell is readonly Cell[] {
  return Array.isArray(cell)
}
