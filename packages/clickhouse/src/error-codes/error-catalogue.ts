import { errorCodes } from './error-codes.ts'
import { sqlText } from '../client/sql-literal.ts'

/** Loads the catalogue. Rows replace those of the same code, so it is repeated at each start. */
export function loadErrorCodes(database: string): string {
  const values = errorCodes.map(
    ({ code, meaning, whoCanAct, retryable }) =>
      `(${code}, ${sqlText(meaning)}, ${sqlText(whoCanAct)}, ${retryable})`,
  )
  return `INSERT INTO ${database}.error_codes (code, meaning, who_can_act, retryable)
    VALUES ${values.join(', ')}`
}
