import {
  type JsonObject,
  toIdText,
  toObject,
  toPersonId,
  toShared,
  toSharedId,
  toSharedText,
} from '../body/json.ts'
import { isSameNumber } from '../body/same-number.ts'
import { type Scope } from '../body/walk-webhook.ts'
import {
  ECHO_PARENT_IDS,
  ECHO_USER_IDS,
  PARTICIPANT_IDS,
  PARTICIPANT_PARENT_IDS,
  PARTICIPANT_USER_IDS,
  RECIPIENT_PARENT_IDS,
  RECIPIENT_USER_IDS,
  SENDER_PARENT_IDS,
  SENDER_USER_IDS,
} from './id-names.ts'

/**
 * What the provider reports about a person: phone-like id, business-scoped id, both, or neither.
 */
export interface Person {
  readonly id: string | null
  readonly userId: string | null
  readonly parentUserId: string | null
  readonly name: string | null
  readonly username: string | null
  /** The same number as `id`, as the contact block writes it; null where it is the same text. */
  readonly otherwiseWrittenId: string | null
}

const PHONE = /^\d+$/

export function senderOf(message: JsonObject, scope: Scope): Person {
  return toPerson(
    {
      id: toPersonId(message['from']),
      userId: firstOf(message, SENDER_USER_IDS),
      parentUserId: firstOf(message, SENDER_PARENT_IDS),
    },
    scope,
  )
}

/** A history may leave out who got a message: then it was the customer of the thread. */
export function echoRecipientOf(message: JsonObject, scope: Scope): Person {
  const id = toPersonId(message['to'])
  const userId = firstOf(message, ECHO_USER_IDS)
  const parentUserId = firstOf(message, ECHO_PARENT_IDS)
  if (id !== null || userId !== null || scope.thread === null) {
    return toPerson({ id, userId, parentUserId }, scope)
  }
  return toPerson(
    {
      id: toPersonId(toShared(scope.thread['wa_id'])),
      userId: toSharedId(scope.thread['user_id']),
      parentUserId,
    },
    scope,
  )
}

/**
 * Whether the business sent a message, decided by the ids alone; null where they do not say. Its
 * own number says so, and so does whom the thread of a history is with: only two are in one, for
 * a history has no groups (META webhooks/reference/history).
 */
export function isFromBusiness(message: JsonObject, scope: Scope): boolean | null {
  const from = toPersonId(message['from'])
  if (isOwn(from, scope)) return true
  const to = toPersonId(message['to'])
  const { thread } = scope
  if (thread !== null) {
    if (isOf(thread, from, firstOf(message, SENDER_USER_IDS))) return false
    if (isOf(thread, to, firstOf(message, ECHO_USER_IDS))) return true
    if (from !== null && PHONE.test(toPersonId(thread['wa_id']) ?? '')) return true
  }
  return isOwn(to, scope) ? false : null
}

/** Whether both the sender and the business's own number are known, and are two. */
export function isFromOther(message: JsonObject, scope: Scope): boolean {
  const from = toPersonId(message['from'])
  return from !== null && scope.displayNumber !== null && !isOwn(from, scope)
}

function isOwn(id: string | null, { displayNumber }: Scope): boolean {
  return id !== null && displayNumber !== null && isSameNumber(id, displayNumber)
}

function isOf(contact: JsonObject, id: string | null, userId: string | null): boolean {
  const other = toPersonId(contact['wa_id'])
  if (id !== null && other !== null && isSameNumber(id, other)) return true
  return userId !== null && toIdText(contact['user_id']) === userId
}

export interface StatusAddress {
  /** Empty unless the status is about one participant of a group. */
  readonly participant: string
  readonly recipient: Person
  readonly groupId: string | null
}

/** A participant is named only in groups, also where the type of the recipient is not. */
export function isInGroup(status: JsonObject): boolean {
  const type = status['recipient_type']
  if (type !== undefined && type !== null && type !== '') return type === 'group'
  return firstOf(status, PARTICIPANT_IDS) !== null || firstOf(status, PARTICIPANT_USER_IDS) !== null
}

/** Whom a status is about. In groups `recipient_id` is the group; the person stands beside it. */
export function addressOf(status: JsonObject, scope: Scope): StatusAddress {
  if (!isInGroup(status)) {
    const recipient = toPerson(
      {
        id: toPersonId(status['recipient_id']),
        userId: firstOf(status, RECIPIENT_USER_IDS),
        parentUserId: firstOf(status, RECIPIENT_PARENT_IDS),
      },
      scope,
    )
    return { participant: '', recipient, groupId: null }
  }
  const id = toPersonId(firstOf(status, PARTICIPANT_IDS))
  const userId = firstOf(status, PARTICIPANT_USER_IDS)
  const parentUserId = firstOf(status, PARTICIPANT_PARENT_IDS)
  return {
    participant: id ?? userId ?? '',
    recipient: toPerson({ id, userId, parentUserId }, scope),
    groupId: toIdText(status['recipient_id']),
  }
}

function firstOf(item: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const id = toIdText(item[name])
    if (id !== null) return id
  }
  return null
}

type Ids = Pick<Person, 'id' | 'userId' | 'parentUserId'>

// META business-scoped-user-ids: the country, `ENT` in a parent's, and what tells them apart.
const USER_ID = /^[A-Z]{2}\.[A-Za-z0-9]+$/
const PARENT_ID = /^[A-Z]{2}\.ENT\.[A-Za-z0-9]+$/

/** Some senders put a user id where a phone's id belongs; what it is shows by its form. */
function toIds({ id, parentUserId, userId }: Ids): Ids {
  if (id === null) return { id, parentUserId, userId }
  if (id === userId || id === parentUserId) return { id: null, parentUserId, userId }
  if (userId === null && USER_ID.test(id)) return { id: null, parentUserId, userId: id }
  if (parentUserId === null && PARENT_ID.test(id)) return { id: null, parentUserId: id, userId }
  return { id, parentUserId, userId }
}

function toPerson(ids: Ids, scope: Scope): Person {
  const given = toIds(ids)
  const { id } = given
  const contact = scope.contacts.length === 0 ? null : findContact(id, given.userId, scope)
  if (contact === null) return { ...given, ...UNNAMED }
  const profile = toObject(contact['profile'])
  const waId = toPersonId(toShared(contact['wa_id']))
  const isWrittenAlike = id === null || waId === null || id === waId || !isSameNumber(id, waId)
  return {
    ...toIds({
      id: id ?? waId,
      userId: given.userId ?? toSharedId(contact['user_id']),
      parentUserId: given.parentUserId ?? toSharedId(contact['parent_user_id']),
    }),
    name: toSharedText(profile?.['name']),
    username: toSharedText(profile?.['username'] ?? contact['username']),
    otherwiseWrittenId: isWrittenAlike ? null : waId,
  }
}

const UNNAMED = { name: null, username: null, otherwiseWrittenId: null }

/**
 * By id, never by place in the list: a contact names only the person whose id it carries. A lone
 * contact beside a message and nothing else is its sender where the two have no id of one kind.
 */
function findContact(id: string | null, userId: string | null, scope: Scope): JsonObject | null {
  const found = scope.contacts.find(id, userId)
  if (found !== null || !scope.isLoneMessage) return found
  const { only } = scope.contacts
  const isOther =
    (id !== null && toIdText(only?.['wa_id']) !== null) ||
    (userId !== null && toIdText(only?.['user_id']) !== null)
  return isOther ? null : only
}
