import { isGreaterText } from './bytes/utf8.ts'

// Joins: commutative, associative, idempotent; null means unknown and gives way to everything.

export function earliest(left: number | null, right: number | null): number | null {
  if (left === null) return right
  return right === null || left <= right ? left : right
}

export function latest(left: number | null, right: number | null): number | null {
  if (left === null) return right
  return right === null || left >= right ? left : right
}

export function greatestText(left: string | null, right: string | null): string | null {
  if (left === null || left === right) return right
  return right === null || isGreaterText(left, right) ? left : right
}
