/** A double keeps every decimal number of up to 15 digits (IEEE 754). */
const KEPT_DIGITS_MAX = 15
const RUN_LENGTH = KEPT_DIGITS_MAX + 1
const [DOT, ZERO, NINE, MINUS] = [0x2e, 0x30, 0x39, 0x2d]
/** Colon, comma, bracket and white space. */
const BEFORE_VALUES = new Set([0x3a, 0x2c, 0x5b, 0x20, 0x09, 0x0a, 0x0d])
/** Exponents that a double may not reach (1e309) or that it takes for 0 (1e-324); also in words. */
const FAR_EXPONENT = /[\d.][eE][+-]?\d{3}/
const FAR_NUMBER = /[:,[\s]-?\d[\d.]*[eE][+-]?\d{3}/

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

/** A number that a double would change, as it stands in the body. `JSON.stringify` writes it so. */
export interface LongNumber {
  readonly rawJSON: string
}

/**
 * Whether a number of so many digits may stand outside of strings that a double would round it.
 * One byte in sixteen is looked at: a longer run of digits cannot hide between two of them.
 */
export function mayHaveLongNumbers(body: Uint8Array): boolean {
  for (let index = KEPT_DIGITS_MAX; index < body.length; index += RUN_LENGTH) {
    if (!isDigit(body[index])) continue
    const end = endOfRun(body, index)
    if (isLongNumberIn(body, index, end)) return true
    // On from the last place in step before the end: a run is walked through once, however long.
    index += Math.floor((end - index - 1) / RUN_LENGTH) * RUN_LENGTH
  }
  return false
}

/** Whether a number may stand in the text whose size a double cannot hold. */
export function mayHaveFarExponents(text: string): boolean {
  return FAR_EXPONENT.test(text) && FAR_NUMBER.test(text)
}

function endOfRun(body: Uint8Array, inside: number): number {
  let end = inside + 1
  while (end < body.length && isDigit(body[end])) end += 1
  return end
}

/** A run in a string has a quotation mark, a letter or another character before it, as a rule. */
function isLongNumberIn(body: Uint8Array, inside: number, end: number): boolean {
  let start = inside
  while (start > 0 && isDigit(body[start - 1])) start -= 1
  if (end - start < RUN_LENGTH) return false
  const before = body[start - 1] === MINUS ? start - 2 : start - 1
  return BEFORE_VALUES.has(body[before] ?? 0)
}

/** Digits and the dot between them. */
function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= ZERO && byte <= NINE) || byte === DOT)
}

/** Reads JSON with every number that a double would change as a LongNumber. Throws SyntaxError. */
export function parseWithLongNumbers(text: string): unknown {
  return JSON.parse(text, keepLong)
}

export function isLongNumber(value: unknown): value is LongNumber {
  // Asking costs more than looking: most values are none of the kind.
  return typeof value === 'object' && value !== null && JSON.isRawJSON(value)
}

function keepLong(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value
  const digits = source
    .replace(/[eE].*/, '')
    .replace(/\D/g, '')
    .replace(/^0+/, '')
  const isKept = digits.length <= KEPT_DIGITS_MAX && Number.isFinite(value)
  return isKept && (value !== 0 || digits === '') ? value : JSON.rawJSON(source)
}
