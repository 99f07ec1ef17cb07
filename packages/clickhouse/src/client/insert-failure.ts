import { badRowCodes, brokenSchemaCodes } from './server-codes.ts'

/**
 * `bad_rows`: the server can't read some row, and never will. `broken_schema`: no row of the batch
 * can be written until somebody repairs the tables or the rights. `unavailable`: everything else,
 * an unknown code included, for waiting loses nothing and dropping would.
 */
export const insertFailures = ['bad_rows', 'broken_schema', 'unavailable'] as const
export type InsertFailure = (typeof insertFailures)[number]

export function failureOfCode(serverCode: number): InsertFailure {
  if (badRowCodes.has(serverCode)) return 'bad_rows'
  return brokenSchemaCodes.has(serverCode) ? 'broken_schema' : 'unavailable'
}
