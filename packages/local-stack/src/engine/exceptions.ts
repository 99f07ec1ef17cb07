/** What a ClickHouse server would answer to a failed query. */
export interface ExceptionAnswer {
  readonly status: number
  readonly code: number
  readonly text: string
}

const BAD_REQUEST = [
  6, 26, 27, 33, 36, 38, 39, 41, 42, 43, 44, 53, 62, 69, 70, 72, 85, 117, 130, 131, 321, 386, 456,
  457, 467, 472, 675,
]
const NOT_FOUND = [46, 47, 50, 56, 60, 63, 73, 81, 115]
const statusByCode = new Map<number, number>([
  ...BAD_REQUEST.map((code): [number, number] => [code, 400]),
  ...NOT_FOUND.map((code): [number, number] => [code, 404]),
  [37, 400],
  [48, 501],
  [159, 408],
  [164, 500],
  [202, 500],
  [497, 403],
])

/**
 * NO_DATA_TO_INSERT: the embedded engine refuses an insert without rows, but a server accepts it.
 */
export const NO_DATA_TO_INSERT = 108

export function toExceptionAnswer(error: unknown): ExceptionAnswer {
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(/^Code: (\d+)\./.exec(message)?.[1] ?? 1002)
  const once = message.replace(/^(Code: \d+\. DB::Exception: )\1+/, '$1')
  const text = once.startsWith('Code: ')
    ? once
    : `Code: ${code}. DB::Exception: ${once} (UNKNOWN_EXCEPTION)`
  return { status: statusByCode.get(code) ?? 500, code, text }
}

/** One of our own exceptions, in ClickHouse's form. */
export function toException(code: number, name: string, message: string): Error {
  return new Error(`Code: ${code}. DB::Exception: ${message} (${name})`)
}
