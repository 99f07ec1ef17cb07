import { type Json } from '../stories/story.ts'

export function isObject(value: unknown): value is Json {
  if (JSON.isRawJSON(value)) return false
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const listOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A member that is an object; an empty one where there is none. */
export function objectIn(item: Json, name: string): Json {
  const value = item[name]
  return isObject(value) ? value : {}
}

export function textIn(item: Json, name: string): string | null {
  const value = item[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** As it stands in the body, a text or a number. */
export function rawIn(item: Json, name: string): string {
  const value = item[name]
  if (JSON.isRawJSON(value)) return JSON.stringify(value)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
