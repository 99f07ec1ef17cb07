import { type AccountEventReceived } from '@wabastream/contracts'
import { type ContactAlias, namedTogether, NO_ALIASES, pair } from './contact-alias.ts'
import { parsePayload } from './parse-payload.ts'

type Item = Readonly<Record<string, unknown>>

/** By which names the items of a list have the ids of one person. */
interface Names {
  readonly id: string
  readonly userId: readonly string[]
  readonly parentUserId: string
}

const CONTACT = { id: 'wa_id', userId: ['user_id'], parentUserId: 'parent_user_id' }
const FROM = {
  id: 'from',
  userId: ['from_user_id', 'from_bsuid'],
  parentUserId: 'from_parent_user_id',
}
const TO = { id: 'to', userId: ['to_user_id', 'to_bsuid'], parentUserId: 'to_parent_user_id' }
const RECIPIENT = {
  id: 'recipient_id',
  userId: ['recipient_user_id', 'recipient_bsuid'],
  parentUserId: 'recipient_parent_user_id',
}

/** The lists of a field whose items name persons, and what they say of them. */
const LISTS: Readonly<
  Record<string, Readonly<Record<string, (item: Item) => readonly ContactAlias[]>>>
> = {
  user_id_update: { user_id_update: toUpdate },
  calls: {
    calls: (item) => [...named(item, FROM), ...named(item, TO)],
    statuses: (item) => named(item, RECIPIENT),
    contacts: (item) => named(item, CONTACT),
  },
  user_preferences: {
    user_preferences: (item) => named(item, CONTACT),
    contacts: (item) => named(item, CONTACT),
  },
}

/** What an account event says of persons' ids: of callers, of who was called, of who opts out. */
export function ofAccountEvent({ field, payload }: AccountEventReceived): readonly ContactAlias[] {
  const lists = LISTS[field]
  if (lists === undefined) return NO_ALIASES
  const value = toObject(parsePayload(payload))
  return Object.entries(lists).flatMap(([name, aliasesOf]) => {
    const items = value?.[name]
    if (!Array.isArray(items)) return NO_ALIASES
    return items.flatMap((given: unknown) => aliasesOf(toObject(given) ?? {}))
  })
}

function named(item: Item, { id, parentUserId, userId }: Names): readonly ContactAlias[] {
  const user = userId.map((name) => toId(item[name])).find((found) => found !== null) ?? null
  return namedTogether(toId(item[id]), user, toId(item[parentUserId]))
}

/** META business-scoped-user-ids: `{ wa_id?, user_id: { previous, current } }`. */
function toUpdate(update: Item): readonly ContactAlias[] {
  const user = toObject(update['user_id'])
  const parent = toObject(update['parent_user_id'])
  const userId = toId(user?.['current'])
  const parentUserId = toId(parent?.['current'])
  return [
    ...pair('user_id_changed', toId(user?.['previous']), userId),
    ...pair('user_id_changed', toId(parent?.['previous']), parentUserId),
    ...namedTogether(toId(update['wa_id']), userId, parentUserId),
  ]
}

function toId(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function toObject(value: unknown): Item | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}
