/** A JSON object, unread: nothing about its members is known. */
export interface JsonObject {
  readonly [key: string]: unknown
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function toObject(value: unknown): JsonObject | null {
  return isObject(value) ? value : null
}

/** Non-empty text; null for everything else. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Text of a provider's id for a person, group or account, which some senders write as a number. */
export function toIdText(value: unknown): string | null {
  return Number.isSafeInteger(value) ? String(value) : toText(value)
}

/** An integer that a double holds exactly; accepts its decimal text. */
export function toInteger(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}
