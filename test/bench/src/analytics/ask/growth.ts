/** What is needed of a size of data to judge growth. */
export interface Reading {
  /** Days that the data spans. */
  readonly spanDays: number
  readonly rowsRead: number
}

/** A query reads its days, and at most so many beside them. */
const BESIDE_DAYS = 2
/** Rows of a day vary, and a range ends within granules. */
const TOLERANCE = 1.25
/** May be read for nothing: whole granules are read, and filters on them are not exact. */
const ROWS_FOR_NOTHING = 131_072

/**
 * Whether the rows that a query over the last `days` reads grow with days outside of them: between
 * any two sizes they may grow only as the days inside of the range do.
 */
export function growsOutside(days: number, readings: readonly Reading[]): boolean {
  const inside = (spanDays: number): number => Math.min(spanDays, days + BESIDE_DAYS)
  return readings.some((large) =>
    readings.some((small) => {
      if (small.spanDays >= large.spanDays) return false
      const factor = (TOLERANCE * inside(large.spanDays)) / inside(small.spanDays)
      return large.rowsRead > factor * small.rowsRead + ROWS_FOR_NOTHING
    }),
  )
}

/** For the help text. */
export const growthRule = `
Exits with 1 if a query over a range reads rows outside of it, and names it. From one size to a
larger one, the rows that it reads may grow only as those days do that the data spans of its
range (and ${BESIDE_DAYS} days beside it): by ${TOLERANCE} times that, and ${ROWS_FOR_NOTHING}
rows more. That takes two sizes or more, the smallest of at least two days.
`.trim()
