import { type TableName } from '@wabastream/clickhouse'
import { type FailedAttempt } from '@wabastream/processing'

export interface SinkStatus {
  /** True when the table had a problem until now. */
  succeeded(table: TableName): boolean
  /** True when the problem is news. */
  failed(failure: FailedAttempt<TableName>): boolean
  /** Why rows do not come through just now; empty when they do. */
  problems(): readonly string[]
}

/** What the last attempt on each table came to. */
export function createSinkStatus(): SinkStatus {
  const problems = new Map<TableName, string>()
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
