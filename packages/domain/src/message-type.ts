import { greatestText } from './joins.ts'

/** What stands for content that is not there, or not yet: a history's media come later. */
export const placeholderTypes: ReadonlySet<string> = new Set([
  'media_placeholder',
  'unsupported',
  'unknown',
])

export function isPlaceholder(messageType: string): boolean {
  return placeholderTypes.has(messageType)
}

/** A placeholder gives way to every other type; of two of a kind the greater stands. */
export function joinMessageTypes(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return left ?? right
  const isLeftPlaceholder = isPlaceholder(left)
  if (isLeftPlaceholder === isPlaceholder(right)) return greatestText(left, right)
  return isLeftPlaceholder ? right : left
}
