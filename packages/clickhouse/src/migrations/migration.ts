/** One statement that can be repeated without harm: ClickHouse has no transactions for DDL. */
export interface Migration {
  /** Grows by one; the order of application. */
  readonly id: number
  readonly name: string
  readonly statement: (database: string) => string
}
