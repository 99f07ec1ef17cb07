import { isObject, type JsonObject, toIdText, toPersonId } from './json.ts'
import { isSameNumber, sameNumberKey } from './same-number.ts'

/** Up to this length, searching the list costs less than an index. */
const UNINDEXED_MAX = 8
/** More numbers than these that end alike are none of real people: one of them names nobody. */
const ALIKE_MAX = 8

/**
 * Looks entries up by id, in a time that does not grow with the list, because anybody may have sent
 * it.
 */
export class ContactList {
  readonly #contacts: readonly unknown[]
  #index: ContactIndex | undefined

  constructor(contacts: readonly unknown[]) {
    this.#contacts = contacts
  }

  get length(): number {
    return this.#contacts.length
  }

  /** The contact, if there is only one. */
  get only(): JsonObject | null {
    const [first] = this.#contacts
    return this.length === 1 && isObject(first) ? first : null
  }

  /**
   * The first contact that has one of the two ids; else the first whose number is the id written
   * in another way, unless others write it in a third; null for none.
   */
  find(id: string | null, userId: string | null): JsonObject | null {
    if (this.length > UNINDEXED_MAX) {
      this.#index ??= toIndex(this.#contacts)
      return findIndexed(this.#index, id, userId)
    }
    for (const contact of this.#contacts) {
      if (!isObject(contact)) continue
      const isSame =
        (id !== null && toPersonId(contact['wa_id']) === id) ||
        (userId !== null && toIdText(contact['user_id']) === userId)
      if (isSame) return contact
    }
    return id === null ? null : this.#findWrittenDifferently(id)
  }

  #findWrittenDifferently(id: string): JsonObject | null {
    const found = this.#contacts.filter(isObject).filter((contact) => {
      const other = toPersonId(contact['wa_id'])
      return other !== null && isSameNumber(other, id)
    })
    const [first = null] = found
    const isOneSpelling = found.every(
      (contact) => toPersonId(contact['wa_id']) === toPersonId(first?.['wa_id']),
    )
    return isOneSpelling ? first : null
  }
}

interface Indexed {
  readonly contact: JsonObject
  readonly place: number
}

interface Numbered {
  readonly contact: JsonObject
  readonly id: string
}

interface ContactIndex {
  readonly byId: ReadonlyMap<string, Indexed>
  readonly byUserId: ReadonlyMap<string, Indexed>
  /** Of numbers that may be one, each number once. */
  readonly alike: ReadonlyMap<string, readonly Numbered[]>
}

function toIndex(contacts: readonly unknown[]): ContactIndex {
  const byId = new Map<string, Indexed>()
  const byUserId = new Map<string, Indexed>()
  const alike = new Map<string, Numbered[]>()
  contacts.forEach((contact, place) => {
    if (!isObject(contact)) return
    const id = toPersonId(contact['wa_id'])
    const userId = toIdText(contact['user_id'])
    if (id !== null && !byId.has(id)) {
      byId.set(id, { contact, place })
      addAlike(alike, { contact, id })
    }
    if (userId !== null && !byUserId.has(userId)) byUserId.set(userId, { contact, place })
  })
  return { byId, byUserId, alike }
}

function addAlike(alike: Map<string, Numbered[]>, numbered: Numbered): void {
  const key = sameNumberKey(numbered.id)
  if (key === null) return
  const known = alike.get(key)
  if (known === undefined) alike.set(key, [numbered])
  else if (known.length <= ALIKE_MAX) known.push(numbered)
}

function findIndexed(
  { alike, byId, byUserId }: ContactIndex,
  id: string | null,
  userId: string | null,
): JsonObject | null {
  const one = id === null ? undefined : byId.get(id)
  const other = userId === null ? undefined : byUserId.get(userId)
  if (one !== undefined && other !== undefined) {
    return one.place <= other.place ? one.contact : other.contact
  }
  const found = (one ?? other)?.contact
  if (found !== undefined) return found
  return id === null ? null : findAlike(alike, id)
}

function findAlike(alike: ContactIndex['alike'], id: string): JsonObject | null {
  const known = alike.get(sameNumberKey(id) ?? '') ?? []
  if (known.length > ALIKE_MAX) return null
  const found = known.filter((numbered) => isSameNumber(numbered.id, id))
  return found.length === 1 ? (found[0]?.contact ?? null) : null
}
