import { isObject, type JsonObject } from '../body/json.ts'

/** Members that fields of the event hold whole; an object names those of a member's own. */
export interface ReadMembers {
  readonly [member: string]: true | ReadMembers
}

/**
 * JSON text of the members of an item that no field holds, null where there are none: what the
 * provider adds is kept before anybody here knows it.
 * @param also is read, too: the object that is named after the item's type
 */
export function unreadOf(item: JsonObject, read: ReadMembers, also?: string): string | null {
  const unread = findUnread(item, read, also)
  return unread === undefined ? null : JSON.stringify(unread)
}

function findUnread(given: JsonObject, read: ReadMembers, also?: string): JsonObject | undefined {
  let unread: Record<string, unknown> | undefined
  for (const member of Object.keys(given)) {
    if (member === also) continue
    const value = given[member]
    const left = Object.hasOwn(read, member) ? leftOf(value, read[member] ?? true) : value
    if (left === undefined) continue
    // Without a prototype, `__proto__` is a member like any other.
    unread ??= Object.create(null) as Record<string, unknown>
    unread[member] = left
  }
  return unread
}

function leftOf(value: unknown, read: true | ReadMembers): unknown {
  if (read === true) return undefined
  return isObject(value) ? findUnread(value, read) : value
}
