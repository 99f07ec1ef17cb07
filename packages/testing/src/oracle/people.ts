import { child, idOf, type Json, listOf } from './json.ts'

/** Whom a fact is about, according to its body; null if it does not say. */
export interface About {
  /** wa_id of the customer. */
  readonly contactId: string | null
  /** Business-scoped user id of the customer. */
  readonly contactUserId: string | null
  readonly groupId: string | null
}

/** The contacts beside the items. */
export interface Neighbours {
  readonly contacts: readonly Json[]
  /**
   * The contact of the only item, which is a message: whatever the ids, it can belong to nobody
   * else.
   */
  readonly only: Json | undefined
}

export function neighboursOf(value: Json): Neighbours {
  const contacts = listOf(value['contacts'])
  const isAlone =
    contacts.length === 1 &&
    listOf(value['messages']).length === 1 &&
    listOf(value['statuses']).length === 0
  return { contacts, only: isAlone ? contacts[0] : undefined }
}

/** A thread of a history names its customer itself. */
export function neighboursInThread(thread: Json): Neighbours {
  return { contacts: [{ wa_id: thread['id'], ...child(thread, 'context') }], only: undefined }
}

export function aboutStatus(item: Json, neighbours: Neighbours): About {
  const isGroup = item['recipient_type'] === 'group'
  if (!isGroup) {
    const userId = firstOf(item, ['recipient_user_id', 'recipient_bsuid'])
    return { ...lookUp(idOf(item['recipient_id']), userId, neighbours), groupId: null }
  }
  return {
    contactId: firstOf(item, ['recipient_participant_id', 'participant_recipient_id']),
    contactUserId: firstOf(item, [
      'recipient_participant_user_id',
      'participant_recipient_user_id',
    ]),
    groupId: idOf(item['recipient_id']),
  }
}

/** The other side of the conversation: who wrote, or whom the business wrote to. */
export function aboutMessage(item: Json, neighbours: Neighbours, fromBusiness: boolean): About {
  const groupId = idOf(item['group_id'])
  const person = fromBusiness
    ? lookUp(idOf(item['to']), firstOf(item, ['to_user_id', 'to_bsuid']), neighbours)
    : lookUp(idOf(item['from']), firstOf(item, ['from_user_id', 'from_bsuid']), neighbours)
  return { ...person, groupId }
}

/** If an id is missing, the contact with the other id may have it. */
function lookUp(
  givenId: string | null,
  userId: string | null,
  { contacts, only }: Neighbours,
): Omit<About, 'groupId'> {
  // Some senders also put a user id in the place of a phone's id.
  const id = givenId === userId ? null : givenId
  const isMeant = (contact: Json): boolean =>
    (id !== null && idOf(contact['wa_id']) === id) ||
    (userId !== null && idOf(contact['user_id']) === userId)
  const contact = contacts.find(isMeant) ?? only ?? {}
  return {
    contactId: id ?? idOf(contact['wa_id']),
    contactUserId: userId ?? idOf(contact['user_id']),
  }
}

function firstOf(item: Json, names: readonly string[]): string | null {
  return names.map((name) => idOf(item[name])).find((id) => id !== null) ?? null
}
