/** A fact that two ids are one person. */
export interface ContactAlias {
  /**
   * `named_together`: one item names the person by both. `written_differently`: likewise, and both
   * are one number. `number_changed` and `user_id_changed`: the left one became the right one.
   */
  readonly kind: 'named_together' | 'written_differently' | 'number_changed' | 'user_id_changed'
  readonly left: string
  readonly right: string
}

export const NO_ALIASES: readonly ContactAlias[] = []

/** One item names a person by these; its user id is what the others are said of. */
export function namedTogether(
  id: string | null,
  userId: string | null,
  parentUserId: string | null,
): readonly ContactAlias[] {
  if (userId === null) return pair('named_together', id, parentUserId)
  if (id === null && parentUserId === null) return NO_ALIASES
  return [...pair('named_together', id, userId), ...pair('named_together', userId, parentUserId)]
}

/** Nothing where an id is missing, or both are one. */
export function pair(
  kind: ContactAlias['kind'],
  left: string | null,
  right: string | null,
): readonly ContactAlias[] {
  return left === null || right === null || left === right ? NO_ALIASES : [{ kind, left, right }]
}
