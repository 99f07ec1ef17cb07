import { isObject, type JsonObject, toIdText, toPersonId } from './json.ts'
import { isSameNumber } from './same-number.ts'

/** Up to this length, searching the list costs less than an index. */
const UNINDEXED_MAX = 8

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
   * The first contact that has one of the two ids; else, in a short list, the first whose number
   * is the id written in another way, unless others write it in a third; null for none.
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

interface ContactIndex {
  readonly byId: ReadonlyMap<string, Indexed>
  readonly byUserId: ReadonlyMap<string, Indexed>
}

function toIndex(contacts: readonly unknown[]): ContactIndex {
  const byId = new Map<string, Indexed>()
  const byUserId = new Map<string, Indexed>()
  contacts.forEach((contact, place) => {
    if (!isObject(contact)) return
    const id = toPersonId(contact['wa_id'])
    const userId = toIdText(contact['user_id'])
    if (id !== null && !byId.has(id)) byId.set(id, { contact, place })
    if (userId !== null && !byUserId.has(userId)) byUserId.set(userId, { contact, place })
  })
  return { byId, byUserId }
}

function findIndexed(
  { byId, byUserId }: ContactIndex,
  id: string | null,
  userId: string | null,
): JsonObject | null {
  const one = id === null ? undefined : byId.get(id)
  const other = userId === null ? undefined : byUserId.get(userId)
  if (one === undefined || other === undefined) return (one ?? other)?.contact ?? null
  return one.place <= other.place ? one.contact : other.contact
}
