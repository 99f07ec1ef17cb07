/**
 * One statement that can be repeated without harm, or has a query that says whether it was done:
 * ClickHouse has no transactions for DDL.
 */
export interface Migration {
  /** Never given twice. In which order they are applied, their list says. */
  readonly id: number
  readonly name: string
  readonly statement: (database: string, slice?: string) => string
  /**
   * A query for the slices into which the statement is cut, as `slice`: what takes long for many
   * rows. One statement for each; none if it returns nothing.
   */
  readonly slices?: (database: string) => string
  /** Time to wait before the statement, so that what others have under way can end. */
  readonly delayMs?: number
  /** A query that returns a row if the statement must not run again, because that would do harm. */
  readonly done?: (database: string) => string
}
