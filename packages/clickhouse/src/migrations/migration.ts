/**
 * One statement that can be repeated without harm, or says when it was done: ClickHouse has no
 * transactions for DDL.
 */
export interface Migration {
  /** Grows by one; the order of application. */
  readonly id: number
  readonly name: string
  readonly statement: (database: string) => string
  /** Time to let pass before the statement, in which what others have under way ends. */
  readonly delayMs?: number
  /** A query that has a row where the statement is not to be run again, which would do harm. */
  readonly done?: (database: string) => string
}
