import { ClickHouseError as ServerDiagnosis } from '@clickhouse/client'
import { redacted } from '@wabastream/contracts'
import { type InsertFailure, PortError } from '@wabastream/processing'
import { failureOfCode, listedCodes } from './server-codes.ts'

/** What a statement was for: names that a message may contain. */
export interface StatementTarget {
  readonly table: string
  readonly columns: readonly string[]
}

/**
 * ClickHouse refuses a statement. Its own diagnosis quotes rows and queries, with the numbers,
 * names and messages in them. So we keep only its code and the column that it names if that is
 * ours; we keep all of it only if it is about tables, columns and rights.
 * `isRetryable` says what the code means for an insert (`failureOfCode`): a code that is not listed
 * counts as passing.
 */
export class ClickHouseError extends PortError<InsertFailure> {
  override readonly name = 'ClickHouseError'
  readonly serverCode: number

  constructor(error: ServerDiagnosis, target?: StatementTarget) {
    const serverCode = Number(error.code)
    const name = listedCodes.get(serverCode)
    const column = target && namedColumn(error.message, target.columns)
    super(
      failureOfCode(serverCode),
      [
        `ClickHouse refuses it: ${name ?? 'error'} (code ${serverCode})`,
        ...(target === undefined ? [] : [`table ${target.table}`]),
        ...(column === undefined ? [] : [`column ${column}`]),
        ...(QUOTES_NO_DATA.has(serverCode) ? [withoutData(error.message)] : []),
      ].join(', '),
    )
    this.serverCode = serverCode
  }
}

/** Codes of errors that are raised before any row or value is looked at. */
const QUOTES_NO_DATA: ReadonlySet<number> = new Set([
  16, 57, 60, 81, 82, 115, 139, 192, 193, 218, 242, 243, 252, 253, 285, 497, 516,
])
const DIAGNOSIS_CHARACTERS_MAX = 400
/** What the client library itself says about a connection. */
const CLIENT_MESSAGES: ReadonlySet<string> = new Set([
  'Timeout error.',
  'The user aborted a request.',
])

/**
 * Any error of the client library, without what it may quote. Errors of the connection, which have
 * a code of the system, stay as they are; for an answer that is not ClickHouse's diagnosis, only
 * its length is given.
 */
export function toSafeError(error: unknown, target?: StatementTarget): Error {
  if (error instanceof ServerDiagnosis) return new ClickHouseError(error, target)
  if (!(error instanceof Error)) return new Error('ClickHouse failed for no reason that it gives')
  const hasSystemCode = 'code' in error && typeof error.code === 'string'
  if (hasSystemCode || CLIENT_MESSAGES.has(error.message)) return error
  return new Error(
    `ClickHouse's answer cannot be read (${error.name} about ${error.message.length} characters)`,
  )
}

/** Returns only a name that we ourselves wrote into the statement. */
function namedColumn(diagnosis: string, columns: readonly string[]): string | undefined {
  const names = diagnosis.matchAll(/\b(?:column|key) [`'"]?(\w+)/g)
  return [...names]
    .map(([, name]) => name)
    .find((name) => name !== undefined && columns.includes(name))
}

function withoutData(diagnosis: string): string {
  return redacted(diagnosis).slice(0, DIAGNOSIS_CHARACTERS_MAX).trim()
}
