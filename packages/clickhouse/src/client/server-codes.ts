import { type InsertFailure } from '@wabastream/processing'

/**
 * Codes of ClickHouse's own errors, by what they mean for an insert (src/Common/ErrorCodes.cpp).
 */
const badRowCodes: ReadonlyMap<number, string> = new Map([
  [6, 'CANNOT_PARSE_TEXT'],
  [25, 'CANNOT_PARSE_ESCAPE_SEQUENCE'],
  [26, 'CANNOT_PARSE_QUOTED_STRING'],
  [27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  [32, 'ATTEMPT_TO_READ_AFTER_EOF'],
  [33, 'CANNOT_READ_ALL_DATA'],
  [38, 'CANNOT_PARSE_DATE'],
  [41, 'CANNOT_PARSE_DATETIME'],
  [53, 'TYPE_MISMATCH'],
  [69, 'ARGUMENT_OUT_OF_BOUND'],
  [70, 'CANNOT_CONVERT_TYPE'],
  [72, 'CANNOT_PARSE_NUMBER'],
  [117, 'INCORRECT_DATA'],
  [130, 'CANNOT_READ_ARRAY_FROM_TEXT'],
  [131, 'TOO_LARGE_STRING_SIZE'],
  [190, 'SIZES_OF_ARRAYS_DONT_MATCH'],
  [321, 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  [349, 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN'],
  [467, 'CANNOT_PARSE_BOOL'],
  [469, 'VIOLATED_CONSTRAINT'],
  [636, 'CANNOT_EXTRACT_TABLE_STRUCTURE'],
])

const brokenSchemaCodes: ReadonlyMap<number, string> = new Map([
  [8, 'THERE_IS_NO_COLUMN'],
  [10, 'NOT_FOUND_COLUMN_IN_BLOCK'],
  [16, 'NO_SUCH_COLUMN_IN_TABLE'],
  [36, 'BAD_ARGUMENTS'],
  [44, 'ILLEGAL_COLUMN'],
  [47, 'UNKNOWN_IDENTIFIER'],
  [48, 'NOT_IMPLEMENTED'],
  [60, 'UNKNOWN_TABLE'],
  [62, 'SYNTAX_ERROR'],
  [81, 'UNKNOWN_DATABASE'],
  [115, 'UNKNOWN_SETTING'],
  [164, 'READONLY'],
  [192, 'UNKNOWN_USER'],
  [193, 'WRONG_PASSWORD'],
  [194, 'REQUIRED_PASSWORD'],
  [195, 'IP_ADDRESS_NOT_ALLOWED'],
  [218, 'TABLE_IS_DROPPED'],
  [452, 'SETTING_CONSTRAINT_VIOLATION'],
  [497, 'ACCESS_DENIED'],
  [516, 'AUTHENTICATION_FAILED'],
  [774, 'TABLE_IS_PERMANENTLY_READ_ONLY'],
])

/** Others that pass, and are worth a name. */
const passingCodes: ReadonlyMap<number, string> = new Map([
  [57, 'TABLE_ALREADY_EXISTS'],
  [82, 'DATABASE_ALREADY_EXISTS'],
  [139, 'NO_ELEMENTS_IN_CONFIG'],
  [158, 'TOO_MANY_ROWS'],
  [159, 'TIMEOUT_EXCEEDED'],
  [160, 'TOO_SLOW'],
  [201, 'QUOTA_EXCEEDED'],
  [202, 'TOO_MANY_SIMULTANEOUS_QUERIES'],
  [210, 'NETWORK_ERROR'],
  [225, 'NO_ZOOKEEPER'],
  [241, 'MEMORY_LIMIT_EXCEEDED'],
  [242, 'TABLE_IS_READ_ONLY'],
  [243, 'NOT_ENOUGH_SPACE'],
  [252, 'TOO_MANY_PARTS'],
  [253, 'REPLICA_ALREADY_EXISTS'],
  [285, 'TOO_FEW_LIVE_REPLICAS'],
  [286, 'UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE'],
  [289, 'REPLICA_IS_NOT_IN_QUORUM'],
  [307, 'TOO_MANY_BYTES'],
  [319, 'UNKNOWN_STATUS_OF_INSERT'],
  [394, 'QUERY_WAS_CANCELLED'],
  [396, 'TOO_MANY_ROWS_OR_BYTES'],
  [999, 'KEEPER_EXCEPTION'],
])

/** Every code that is listed here, with our name for it, which is the server's. */
export const listedCodes: ReadonlyMap<number, string> = new Map([
  ...badRowCodes,
  ...brokenSchemaCodes,
  ...passingCodes,
])

/**
 * What a refusal by the server means. A code that is not listed is `unavailable`, so its rows are
 * tried again for ever, with an alarm: only a code that is known to be about rows may turn rows
 * into dead letters, and the server gets new codes with each version. No value makes one of our
 * columns answer with a code that is not listed (`refused-values.integration.test.ts`).
 */
export function failureOfCode(code: number): InsertFailure {
  if (badRowCodes.has(code)) return 'bad_rows'
  return brokenSchemaCodes.has(code) ? 'broken_schema' : 'unavailable'
}
