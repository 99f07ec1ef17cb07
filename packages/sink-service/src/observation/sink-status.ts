import { type FailedAttempt } from '@wabastream/processing'

export interface SinkStatus<Table extends string> {
  /** True when the table had a problem until now. */
  succeeded(table: Table): boolean
  /** True when the problem is news. */
  failed(failure: FailedAttempt<Table>): boolean
  /** Why rows do not get through at the moment; empty if they do. */
  problems(): readonly string[]
}

/** The result of the last attempt on each table. */
export function createSinkStatus<Table extends string>(): SinkStatus<Table> {
  const problems = new Map<Table, string>()
  return {
    succeeded: (table) => problems.delete(table),
    failed({ table, cause, error }) {
      if (cause === 'bad_rows') return true
      const problem = `${table}: ${cause}: ${messageOf(error)}`
      const isNews = problems.get(table) !== problem
      problems.set(table, problem)
      return isNews
    },
    problems: () => [...problems.values()],
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
