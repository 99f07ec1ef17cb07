import { type InsertFailure } from '@wabastream/processing'
import { badRowCodes, brokenSchemaCodes } from './server-codes.ts'

/** What a refusal by the server means. With an unknown code, waiting loses nothing. */
export function failureOfCode(serverCode: number): InsertFailure {
  if (badRowCodes.has(serverCode)) return 'bad_rows'
  return brokenSchemaCodes.has(serverCode) ? 'broken_schema' : 'unavailable'
}
