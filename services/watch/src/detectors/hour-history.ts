import { type Detection, HOUR_MS, type Hour, WEEK_MS } from './detection.ts'

/** The same hour of so many weeks before. */
export const WEEKS = 4

/** The three hours of one of the weeks before. */
export interface ComparedTime {
  readonly fromMs: number
  readonly toMs: number
}

/** When the hours were that an hour is compared with, from the last week to the first. */
export function comparedTimes(startMs: number): readonly ComparedTime[] {
  return Array.from({ length: WEEKS }, (_, index) => comparedTime(startMs, index + 1))
}

function comparedTime(startMs: number, weeksAgo: number): ComparedTime {
  const weekMs = startMs - weeksAgo * WEEK_MS
  return { fromMs: weekMs - HOUR_MS, toMs: weekMs + 2 * HOUR_MS }
}

/** Whether any of it lies within the time. */
export function isWithin(one: ComparedTime, { fromMs, toMs }: ComparedTime): boolean {
  return one.fromMs < toMs && one.toMs > fromMs
}

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

/** With fewer, one week alone would say what is usual. */
const SOUND_WEEKS_MIN = 3

/** One of the weeks before, with the three hours. */
export interface Week<Row> {
  readonly weeksAgo: number
  readonly hours: readonly (Row | undefined)[]
}

/**
 * The weeks before, as far as the number was not known to be silent then, and we could be reached:
 * an incident, a holiday, or an outage of ours is not what is usual, or nobody would see the next
 * one. All of them where too few are left: with what they lack a detector only finds less.
 */
export function soundWeeksBefore<Row>(
  rows: RowsByHour<Row>,
  hour: Hour,
  silences: readonly Detection[],
): readonly Week<Row>[] {
  const unsound = [...hour.outages, ...silences.map(timeOf)]
  const weeks = weeksBefore(rows, hour).map((hours, index) => ({ weeksAgo: index + 1, hours }))
  const sound = weeks.filter(({ weeksAgo }) => {
    const time = comparedTime(hour.startMs, weeksAgo)
    return !unsound.some((one) => isWithin(one, time))
  })
  return sound.length < SOUND_WEEKS_MIN ? weeks : sound
}

function timeOf({ endedMs, sinceMs }: Detection): ComparedTime {
  return { fromMs: sinceMs, toMs: endedMs ?? Infinity }
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
