import { type Detection, HOUR_MS, type Hour, WEEK_MS } from './detection.ts'

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

/** Fewer say nothing of what is usual: a number is new, or it was silent for weeks. */
const SOUND_WEEKS_MIN = 3

/** One of the weeks before, with the three hours. */
export interface Week<Row> {
  readonly weeksAgo: number
  readonly hours: readonly (Row | undefined)[]
}

/**
 * The weeks before, as far as the number was not known to be silent then: what was an incident, or
 * a holiday, is not what is usual, or nobody would see the next one. Empty of too few weeks.
 */
export function soundWeeksBefore<Row>(
  rows: RowsByHour<Row>,
  hour: Hour,
  silences: readonly Detection[],
): readonly Week<Row>[] {
  const weeks = weeksBefore(rows, hour)
    .map((hours, index) => ({ weeksAgo: index + 1, hours }))
    .filter(({ weeksAgo }) => {
      const fromMs = hour.startMs - weeksAgo * WEEK_MS - HOUR_MS
      return !silences.some((one) => isWithin(one, fromMs, fromMs + 3 * HOUR_MS))
    })
  return weeks.length < SOUND_WEEKS_MIN ? [] : weeks
}

function isWithin({ endedMs, sinceMs }: Detection, fromMs: number, toMs: number): boolean {
  return sinceMs < toMs && (endedMs === null || endedMs > fromMs)
}

/** Of what is known, that a number was silent. */
export function silencesOf(known: readonly Detection[]): ReadonlyMap<string, readonly Detection[]> {
  const silences = known.filter(({ kind }) => kind === 'number_silent')
  return groupRows(silences, ({ number }) => number)
}

/** Of each week the least of the three hours; 0 for an hour of which nothing is known. */
export function leastOfWeeks<Row>(
  weeks: readonly Week<Row>[],
  countOf: (row: Row) => number,
): readonly number[] {
  return weeks.map(({ hours }) =>
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

export function weekFigures<Row>(
  weeks: readonly Week<Row>[],
  counts: readonly number[],
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    weeks.map(({ weeksAgo }, index) => [`week_${weeksAgo}_before`, counts[index] ?? 0]),
  )
}
