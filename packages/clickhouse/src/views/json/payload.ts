/** Text of a member of an account event's payload, or of an element of it, in SQL. */
export const payloadText = (...path: readonly string[]): string =>
  `JSONExtractString(payload, ${path.map((name) => `'${name}'`).join(', ')})`

/** As it stands in the body, whether it is written as a number or as a text. */
export const payloadRaw = (...path: readonly string[]): string => member('payload', ...path)

export const member = (of: string, ...path: readonly string[]): string =>
  `trim(BOTH '"' FROM JSONExtractRaw(${of}, ${path.map((name) => `'${name}'`).join(', ')}))`

/** The number that an account event is about, as digits: it is written in more than one way. */
export const payloadNumber = `replaceRegexpAll(${payloadText('display_phone_number')}, '[^0-9]', '')`

/** A time in seconds; null where there is none. */
export const secondsOf = (value: string): string =>
  `if(toUInt64OrZero(${value}) = 0, NULL, toDateTime64(toUInt64OrZero(${value}), 3, 'UTC'))`

// One alternative for texts, which stay, and one for what stands between them.
const TEXT_OR_NOT = String.raw`"(?:[^"\\\\]|\\\\.)*"|[^"]+`
const LONG = String.raw`[0-9]{19}|[0-9.][eE][+-]?[0-9]{3}`
const BY_DIGITS = String.raw`-?[0-9]{19,}(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`
const BY_EXPONENT = String.raw`-?[0-9.]+[eE][+-]?[0-9]{3,}`
const LONG_NUMBER = String.raw`(^|[\\[:,\\s])(${BY_DIGITS}|${BY_EXPONENT})`

/**
 * The JSON text with numbers of 19 and more digits as texts, and those of great exponents: one that
 * neither 64 bits nor a double can hold makes the JSON functions refuse the whole text.
 */
export const readableJson = (json: string): string => `if(match(${json}, '${LONG}'),
          arrayStringConcat(arrayMap(one -> if(startsWith(one, '"'), one,
            replaceRegexpAll(one, '${LONG_NUMBER}', '${String.raw`\\1"\\2"`}')),
            extractAll(${json}, '${TEXT_OR_NOT}'))),
          ${json})`

/** Account events whose payload is read, as a table. */
export const readableEvents = (views: string, fields: readonly string[]): string =>
  `(SELECT * REPLACE (${readableJson('payload')} AS payload) FROM ${views}.account_events
        WHERE field IN (${fields.map((field) => `'${field}'`).join(', ')}))`
