import { HOUR_MS, type Hour, WEEK_MS } from './detection.ts'

/** The same hour of so many weeks before. */
export const WEEKS = 4

/** Rows of one number (and code, …) by their hour. */
export type RowsByHour<Row> = ReadonlyMap<number, Row>

export function byHour<Row extends { readonly hourMs: number }>(
  rows: readonly Row[],
): RowsByHour<Row> {
  return new Map(rows.map((row) => [row.hourMs, row]))
}

/**
 * Of each of the weeks before, what the same hour and those beside it had. They are there because
 * clocks change, and because shops do not open to the minute.
 */
export function weeksBefore<Row>(
  rows: RowsByHour<Row>,
  { startMs }: Hour,
): readonly (readonly (Row | undefined)[])[] {
  return Array.from({ length: WEEKS }, (_, index) =>
    [-1, 0, 1].map((beside) => rows.get(startMs - (index + 1) * WEEK_MS + beside * HOUR_MS)),
  )
}

/** Of each week the least of the three hours; 0 for an hour of which nothing is known. */
export function leastOfWeeks<Row>(
  weeks: readonly (readonly (Row | undefined)[])[],
  countOf: (row: Row) => number,
): readonly number[] {
  return weeks.map((hours) =>
    Math.min(...hours.map((row) => (row === undefined ? 0 : countOf(row)))),
  )
}

/** The most of all the hours. */
export function mostOfWeeks<Row>(
  weeks: readonly (readonly (Row | undefined)[])[],
  countOf: (row: Row) => number,
): number {
  return Math.max(0, ...weeks.flat().map((row) => (row === undefined ? 0 : countOf(row))))
}

/** Rows in groups of the same key, in the order of their first row. */
export function groupRows<Row>(
  rows: readonly Row[],
  toKey: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = toKey(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

export function weekFigures(counts: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(counts.map((count, index) => [`week_${index + 1}_before`, count]))
}
