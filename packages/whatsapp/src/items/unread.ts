import { isObject, type JsonObject, toIdText, toPersonId } from '../body/json.ts'

/** What of a member's value no field of the event holds; undefined where one holds all of it. */
type Left = (value: unknown, given: JsonObject) => unknown

/** By member what fields hold of it. Of a member that is not named, none holds anything. */
export type HeldMembers = Readonly<Record<string, Left>>

/** The same, in the form that is looked up. */
export type Held = ReadonlyMap<string, Left>

interface Beside {
  /** Whether the event has the provider's time, or there was none. */
  readonly isTimeHeld: boolean
  /** The object that is named after the item's type: the content, which is held apart. */
  readonly content?: string
  /** The business's own number, as the envelope has it: an echo comes from it. */
  readonly ownNumber?: string | null
}

/**
 * JSON text of the members of an item that no field holds, null where there are none: what the
 * provider adds is kept before anybody here knows it. Null and empty text say nothing in a member
 * that is known, and are kept in any other.
 */
export function unreadOf(item: JsonObject, held: Held, beside: Beside): string | null {
  const unread = findUnread(item, held, beside)
  return unread === undefined ? null : JSON.stringify(unread)
}

/** Whether a value is kept as content: an object or a list, not text or a number. */
export function isContent(value: unknown): boolean {
  return Array.isArray(value) || isObject(value)
}

export function findUnread(
  given: JsonObject,
  held: Held,
  beside?: Partial<Beside>,
): JsonObject | undefined {
  let unread: Record<string, unknown> | undefined
  for (const member of Object.keys(given)) {
    const value = given[member]
    if (beside !== undefined && isHeldBeside(member, value, beside)) continue
    const left = held.get(member)
    const found = left === undefined ? value : left(value, given)
    if (found === undefined) continue
    // Without a prototype, `__proto__` is a member like any other.
    unread ??= Object.create(null) as Record<string, unknown>
    unread[member] = found
  }
  return unread
}

function isHeldBeside(member: string, value: unknown, beside: Partial<Beside>): boolean {
  if (member === beside.content) return isContent(value)
  if (member === 'timestamp') return beside.isTimeHeld === true
  const { ownNumber = null } = beside
  return member === 'from' && ownNumber !== null && toPersonId(value) === ownNumber
}

export function toHeld(members: HeldMembers): Held {
  return new Map(Object.entries(members))
}

export function where(isHeld: (value: unknown) => boolean): Left {
  return (value) => (value === null || value === '' || isHeld(value) ? undefined : value)
}

export const text: Left = where((value) => typeof value === 'string')
export const flag: Left = where((value) => typeof value === 'boolean')
export const id: Left = where((value) => toIdText(value) !== null)

/** Of ids that say one thing under several names: a field holds the first that is there. */
export function ids(names: readonly string[]): HeldMembers {
  return Object.fromEntries(
    names.map((name, place) => {
      const left: Left = (value, given) => {
        const former = names.slice(0, place).find((one) => toIdText(given[one]) !== null)
        const isOther = former !== undefined && toIdText(given[former]) !== toIdText(value)
        return isOther && value !== null && value !== '' ? value : id(value, given)
      }
      return [name, place === 0 ? id : left]
    }),
  )
}

export function members(held: HeldMembers): Left {
  const table = toHeld(held)
  return (value) => {
    if (isObject(value)) return findUnread(value, table)
    return value === null || value === '' ? undefined : value
  }
}

/** Of a list what is left of each place; undefined where nothing is left of any. */
export function each(left: Left): Left {
  return (list, given) => {
    if (!Array.isArray(list)) return list ?? undefined
    const found = list.map((value: unknown) => left(value, given))
    return found.every((one) => one === undefined) ? undefined : found.map((one) => one ?? {})
  }
}
