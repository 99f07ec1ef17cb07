import { child, idOf, type Json, listOf, textOf } from './json.ts'

/** Whom a fact is about, according to its body; null if it does not say. */
export interface About {
  /** wa_id of the customer. */
  readonly contactId: string | null
  /** Business-scoped user id of the customer. */
  readonly contactUserId: string | null
  readonly contactParentUserId: string | null
  readonly username: string | null
  readonly groupId: string | null
}

/** The same of one fact. */
export interface AboutOne extends About {
  /** The number of `contactId`, as the contact beside it writes it; null where it does alike. */
  readonly otherwiseId: string | null
}

/** The contacts beside the items. */
export interface Neighbours {
  readonly contacts: readonly Json[]
  /** That of the only item there is, a message: it is the sender's, if no id of it is another's. */
  readonly only: Json | undefined
  /** With whom a thread of a history is: who got what the business sent there. */
  readonly thread: Json | undefined
}

export function neighboursOf(value: Json): Neighbours {
  const contacts = listOf(value['contacts'])
  const isAlone =
    contacts.length === 1 &&
    listOf(value['messages']).length === 1 &&
    listOf(value['statuses']).length === 0 &&
    listOf(value['message_echoes']).length === 0
  return { contacts, only: isAlone ? contacts[0] : undefined, thread: undefined }
}

/** A thread of a history names its customer itself. */
export function neighboursInThread(thread: Json): Neighbours {
  const customer = { wa_id: thread['id'], ...child(thread, 'context') }
  return { contacts: [customer], only: undefined, thread: customer }
}

const PARENT_IDS = ['recipient_parent_user_id', 'parent_recipient_user_id']

export function aboutStatus(item: Json, neighbours: Neighbours): AboutOne {
  const isGroup = (item['recipient_type'] ?? participantOf(item)) === 'group'
  if (!isGroup) {
    const userId = firstOf(item, ['recipient_user_id', 'recipient_bsuid'])
    const parentId = firstOf(item, PARENT_IDS)
    return { ...lookUp(idOf(item['recipient_id']), userId, parentId, neighbours), groupId: null }
  }
  const participant = lookUp(
    firstOf(item, ['recipient_participant_id', 'participant_recipient_id']),
    firstOf(item, ['recipient_participant_user_id', 'participant_recipient_user_id']),
    firstOf(item, ['recipient_participant_parent_user_id', 'participant_recipient_parent_user_id']),
    neighbours,
  )
  return { ...participant, groupId: idOf(item['recipient_id']) }
}

/** Somebody's part in a group says that it is one. */
function participantOf(item: Json): 'group' | undefined {
  const names = ['recipient_participant_id', 'participant_recipient_id']
  const userNames = ['recipient_participant_user_id', 'participant_recipient_user_id']
  return firstOf(item, [...names, ...userNames]) === null ? undefined : 'group'
}

/** The other side of the conversation: who wrote, or whom the business wrote to. */
export function aboutMessage(item: Json, neighbours: Neighbours, fromBusiness: boolean): AboutOne {
  const groupId = idOf(item['group_id'])
  if (!fromBusiness) {
    const userId = firstOf(item, ['from_user_id', 'from_bsuid'])
    const parentId = idOf(item['from_parent_user_id'])
    return { ...lookUp(idOf(item['from']), userId, parentId, neighbours), groupId }
  }
  const id = idOf(item['to'])
  const userId = firstOf(item, ['to_user_id', 'to_bsuid'])
  const parentId = idOf(item['to_parent_user_id'])
  const { thread } = neighbours
  const isNamed = id !== null || userId !== null || thread === undefined
  const person = isNamed
    ? lookUp(id, userId, parentId, neighbours)
    : lookUp(idOf(thread['wa_id']), idOf(thread['user_id']), parentId, neighbours)
  return { ...person, groupId }
}

/** Some senders also put a user id in the place of a phone's id. */
function userIdIn(id: string | null): string | null {
  return /^[A-Z]{2}\.[A-Za-z0-9]+$/.test(id ?? '') ? id : null
}

/** What one id leaves out the contact with that id may say. */
function lookUp(
  givenId: string | null,
  givenUserId: string | null,
  parentId: string | null,
  neighbours: Neighbours,
): Omit<AboutOne, 'groupId'> {
  const userId = givenUserId ?? userIdIn(givenId)
  const id = givenId === userId ? null : givenId
  const contact = contactOf(id, userId, neighbours)
  return {
    otherwiseId: otherSpelling(id, idOf(contact['wa_id'])),
    contactId: id ?? idOf(contact['wa_id']),
    contactUserId: userId ?? idOf(contact['user_id']),
    contactParentUserId: parentId ?? idOf(contact['parent_user_id']),
    username: textOf(child(contact, 'profile')['username'] ?? contact['username']),
  }
}

function contactOf(id: string | null, userId: string | null, { contacts, only }: Neighbours): Json {
  const isMeant = (contact: Json): boolean =>
    (id !== null && idOf(contact['wa_id']) === id) ||
    (userId !== null && idOf(contact['user_id']) === userId)
  const isOther =
    (id !== null && idOf(only?.['wa_id']) !== null) ||
    (userId !== null && idOf(only?.['user_id']) !== null)
  return (
    contacts.find(isMeant) ?? writtenOtherwise(id, contacts) ?? (isOther ? undefined : only) ?? {}
  )
}

/** Longer lists are not searched for it. */
const CONTACTS_MAX = 8

/** Of contacts with the number as it is written elsewhere, where they agree on one. */
function writtenOtherwise(id: string | null, contacts: readonly Json[]): Json | undefined {
  if (id === null || contacts.length > CONTACTS_MAX) return undefined
  const alike = contacts.filter((contact) => {
    const other = idOf(contact['wa_id'])
    return other !== null && withNinth(other) === withNinth(id)
  })
  const spellings = new Set(alike.map((contact) => contact['wa_id']))
  return spellings.size === 1 ? alike[0] : undefined
}

function otherSpelling(id: string | null, other: string | null): string | null {
  if (id === null || other === null || id === other) return null
  return withNinth(id) === withNinth(other) ? other : null
}

/** Brazil's mobile numbers have nine digits behind the area code, and once had eight. */
function withNinth(phone: string): string {
  return phone.replace(/^55(\d\d)([6-9]\d{7})$/, '55$19$2')
}

function firstOf(item: Json, names: readonly string[]): string | null {
  return names.map((name) => idOf(item[name])).find((id) => id !== null) ?? null
}
