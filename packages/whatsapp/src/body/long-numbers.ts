/** A double keeps every decimal number of up to 15 digits (IEEE 754). */
const KEPT_DIGITS_MAX = 15
const RUN_LENGTH = KEPT_DIGITS_MAX + 1
const [DOT, ZERO, NINE, MINUS] = [0x2e, 0x30, 0x39, 0x2d]
/** Colon, comma, bracket and white space. */
const BEFORE_VALUES = new Set([0x3a, 0x2c, 0x5b, 0x20, 0x09, 0x0a, 0x0d])

declare global {
  // ECMA-262, proposal "JSON.parse source text access": in Node from 22 on, not in the types yet.
  interface JSON {
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown
    rawJSON(text: string): LongNumber
    isRawJSON(value: unknown): boolean
  }
}

/** A number that a double would round, as it stands in the body. `JSON.stringify` writes it so. */
export interface LongNumber {
  readonly rawJSON: string
}

/**
 * Whether a number of so many digits may stand outside of strings that a double would round it.
 * One byte in sixteen is looked at: a longer run of digits cannot hide between two of them.
 */
export function mayHaveLongNumbers(body: Uint8Array): boolean {
  for (let index = KEPT_DIGITS_MAX; index < body.length; index += RUN_LENGTH) {
    if (isDigit(body[index]) && isLongRun(body, index)) return true
  }
  return false
}

function isLongRun(body: Uint8Array, inside: number): boolean {
  let start = inside
  while (start > 0 && isDigit(body[start - 1])) start -= 1
  let end = inside + 1
  while (end < body.length && isDigit(body[end])) end += 1
  if (end - start < RUN_LENGTH) return false
  const before = body[start - 1] === MINUS ? start - 2 : start - 1
  return BEFORE_VALUES.has(body[before] ?? 0)
}

/** Digits and the dot between them. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= ZERO && byte <= NINE) || byte === DOT)
}

/** Reads JSON with every number that a double would round as a LongNumber. Throws SyntaxError. */
export function parseWithLongNumbers(text: string): unknown {
  return JSON.parse(text, keepLong)
}

export function isLongNumber(value: unknown): value is LongNumber {
  return JSON.isRawJSON(value)
}

function keepLong(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined) return value
  const digits = source
    .replace(/[eE].*/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
  return digits.length > KEPT_DIGITS_MAX ? JSON.rawJSON(source) : value
}
