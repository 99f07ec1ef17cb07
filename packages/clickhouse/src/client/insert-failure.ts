import { ClickHouseFailure } from './clickhouse-failure.ts'
import { badRowCodes, brokenSchemaCodes } from './server-codes.ts'

/**
 * `bad_rows`: the server can't read some row, and never will. `broken_schema`: no row of the batch
 * can be written until somebody repairs the tables or the rights. `unavailable`: everything else,
 * an unknown code included, for waiting loses nothing and dropping would.
 */
export const insertFailures = ['bad_rows', 'broken_schema', 'unavailable'] as const
export type InsertFailure = (typeof insertFailures)[number]

export function classifyInsertFailure(error: unknown): InsertFailure {
  if (!(error instanceof ClickHouseFailure)) return 'unavailable'
  if (badRowCodes.has(error.serverCode)) return 'bad_rows'
  return brokenSchemaCodes.has(error.serverCode) ? 'broken_schema' : 'unavailable'
}
