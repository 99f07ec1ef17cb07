import { isLongNumber } from './long-numbers.ts'

/** A JSON object, unread: nothing about its members is known. */
export interface JsonObject {
  readonly [key: string]: unknown
}

export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isLongNumber(value)
  )
}

export function toObject(value: unknown): JsonObject | null {
  return isObject(value) ? value : null
}

/** Non-empty text; null for everything else. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

const INTEGER = /^-?\d+$/

/** Text of an id of a group or an account; some senders write a number: all of its digits. */
export function toIdText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null
  return isLongNumber(value) && INTEGER.test(value.rawJSON) ? value.rawJSON : null
}

const DIGITS = /^\d+$/
const WRITTEN_FOR_PEOPLE = /^(?=.*[+\s()])\+?[\d\s().-]+$/

/**
 * Id of a person. A phone number is its digits alone, however it is written: an echo has the number
 * as it was sent to, `+1 555-0100`, where statuses of the message have `15550100`.
 */
export function toPersonId(value: unknown): string | null {
  const text = toIdText(value)
  if (text === null || DIGITS.test(text) || !WRITTEN_FOR_PEOPLE.test(text)) return text
  return text.replaceAll(/\D/g, '') || null
}

/** Longest text that items share: WhatsApp's own ids and names have up to about 140 characters. */
const SHARED_LENGTH_MAX = 256

/**
 * Id of something that several items share (number, account, contact); null if it is absurdly long.
 * Each item's event repeats it, so one long text would be multiplied by the number of items.
 */
export function toSharedId(value: unknown): string | null {
  return toIdText(toShared(value))
}

/** What several items share; undefined if it is an absurdly long text. */
export function toShared(value: unknown): unknown {
  return typeof value === 'string' && value.length > SHARED_LENGTH_MAX ? undefined : value
}

/** Non-empty text that several items share, cut if it is absurdly long. */
export function toSharedText(value: unknown): string | null {
  const text = toText(value)
  if (text === null || text.length <= SHARED_LENGTH_MAX) return text
  return text.slice(0, SHARED_LENGTH_MAX).toWellFormed()
}

/** An integer that a double holds exactly; accepts its decimal text. */
export function toInteger(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}
