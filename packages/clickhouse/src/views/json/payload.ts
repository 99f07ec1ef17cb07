/** Text of a member of an account event's payload, or of an element of it, in SQL. */
export const payloadText = (...path: readonly string[]): string =>
  `JSONExtractString(payload, ${path.map((name) => `'${name}'`).join(', ')})`

/** As it stands in the body, whether it is written as a number or as a text. */
export const payloadRaw = (...path: readonly string[]): string => member('payload', ...path)

export const member = (of: string, ...path: readonly string[]): string =>
  `trim(BOTH '"' FROM JSONExtractRaw(${of}, ${path.map((name) => `'${name}'`).join(', ')}))`

/** A time in seconds; null where there is none. */
export const secondsOf = (value: string): string =>
  `if(toUInt64OrZero(${value}) = 0, NULL, toDateTime64(toUInt64OrZero(${value}), 3, 'UTC'))`
