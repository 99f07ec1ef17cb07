const DIGITS = /^\d+$/
/** Country code and what follows it; last digits of a subscriber's number in every country. */
const [SAME_AT_START, SAME_AT_END] = [2, 7]
const INSERTED_MAX = 2

/** The same text for two ways of writing a number, and for few others; null for no phone number. */
export function sameNumberKey(number: string): string | null {
  if (number.length < SAME_AT_START + SAME_AT_END || !DIGITS.test(number)) return null
  return `${number.slice(0, SAME_AT_START)} ${number.slice(-SAME_AT_END)}`
}

/**
 * Whether two phone numbers, each digits alone, are one number written in two ways. Some countries
 * put up to two digits into a number: Brazil a 9 before mobile numbers, Mexico a 1 and Argentina a
 * 9 behind the country code, Benin 01. One system writes them, another does not.
 */
export function isSameNumber(left: string, right: string): boolean {
  if (left === right) return true
  const [longer, shorter] = left.length > right.length ? [left, right] : [right, left]
  const inserted = longer.length - shorter.length
  if (inserted < 1 || inserted > INSERTED_MAX) return false
  if (shorter.length < SAME_AT_START + SAME_AT_END) return false
  if (!DIGITS.test(longer) || !DIGITS.test(shorter)) return false
  let start = 0
  while (start < shorter.length && longer[start] === shorter[start]) start += 1
  if (start < SAME_AT_START) return false
  const end = Math.min(start, shorter.length - SAME_AT_END)
  return longer.slice(end + inserted) === shorter.slice(end)
}
