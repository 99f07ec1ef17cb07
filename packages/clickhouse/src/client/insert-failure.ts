import { type InsertFailure } from '@wabastream/processing'
import { badRowCodes, brokenSchemaCodes } from './server-codes.ts'

/** What a refusal by the server means: waiting loses nothing with a code that is not known. */
export function failureOfCode(serverCode: number): InsertFailure {
  if (badRowCodes.has(serverCode)) return 'bad_rows'
  return brokenSchemaCodes.has(serverCode) ? 'broken_schema' : 'unavailable'
}
