import { ClickHouseError } from '@clickhouse/client'

/**
 * `bad_rows`: the server can't read some row, and never will. `broken_schema`: no row of the batch
 * can be written until somebody repairs the tables or the rights. `unavailable`: everything else,
 * an unknown code included, for waiting loses nothing and dropping would.
 */
export const insertFailures = ['bad_rows', 'broken_schema', 'unavailable'] as const
export type InsertFailure = (typeof insertFailures)[number]

export function classifyInsertFailure(error: unknown): InsertFailure {
  if (!(error instanceof ClickHouseError)) return 'unavailable'
  const code = Number(error.code)
  if (BAD_ROW_CODES.has(code)) return 'bad_rows'
  return BROKEN_SCHEMA_CODES.has(code) ? 'broken_schema' : 'unavailable'
}

const BAD_ROW_CODES: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  25, // CANNOT_PARSE_ESCAPE_SEQUENCE
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  130, // CANNOT_READ_ARRAY_FROM_TEXT
  131, // TOO_LARGE_STRING_SIZE
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  636, // CANNOT_EXTRACT_TABLE_STRUCTURE
])

const BROKEN_SCHEMA_CODES: ReadonlySet<number> = new Set([
  8, // THERE_IS_NO_COLUMN
  10, // NOT_FOUND_COLUMN_IN_BLOCK
  16, // NO_SUCH_COLUMN_IN_TABLE
  36, // BAD_ARGUMENTS
  44, // ILLEGAL_COLUMN
  47, // UNKNOWN_IDENTIFIER
  48, // NOT_IMPLEMENTED
  60, // UNKNOWN_TABLE
  62, // SYNTAX_ERROR
  81, // UNKNOWN_DATABASE
  115, // UNKNOWN_SETTING
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  218, // TABLE_IS_DROPPED
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
])
