import { type JsonObject, toIdText, toObject, toSharedId, toSharedText } from '../body/json.ts'
import { type Scope } from '../body/walk-webhook.ts'

/** A person as far as the provider reports: phone-like id, business-scoped id, both, or neither. */
export interface Person {
  readonly id: string | null
  readonly userId: string | null
  readonly parentUserId: string | null
  readonly name: string | null
  readonly username: string | null
}

/** Turn.io and the older drafts of business-scoped ids spell the same thing differently. */
const SENDER_USER_IDS = ['from_user_id', 'from_bsuid'] as const
const RECIPIENT_USER_IDS = ['recipient_user_id', 'recipient_bsuid'] as const
const PARTICIPANT_IDS = ['recipient_participant_id', 'participant_recipient_id'] as const
const PARTICIPANT_USER_IDS = [
  'recipient_participant_user_id',
  'participant_recipient_user_id',
] as const
const ECHO_USER_IDS = ['to_user_id', 'to_bsuid'] as const
const SENDER_PARENT_IDS = ['from_parent_user_id'] as const
const RECIPIENT_PARENT_IDS = ['recipient_parent_user_id', 'parent_recipient_user_id'] as const
const ECHO_PARENT_IDS = ['to_parent_user_id'] as const
const PARTICIPANT_PARENT_IDS = [
  'recipient_participant_parent_user_id',
  'participant_recipient_parent_user_id',
] as const

export function senderOf(message: JsonObject, scope: Scope): Person {
  return toPerson(
    {
      id: toIdText(message['from']),
      userId: firstOf(message, SENDER_USER_IDS),
      parentUserId: firstOf(message, SENDER_PARENT_IDS),
    },
    scope,
  )
}

/** A history may leave out who got a message: then it was the customer of the thread. */
export function echoRecipientOf(message: JsonObject, scope: Scope): Person {
  const id = toIdText(message['to'])
  const userId = firstOf(message, ECHO_USER_IDS)
  const parentUserId = firstOf(message, ECHO_PARENT_IDS)
  if (id !== null || userId !== null || scope.thread === null) {
    return toPerson({ id, userId, parentUserId }, scope)
  }
  return toPerson(
    {
      id: toSharedId(scope.thread['wa_id']),
      userId: toSharedId(scope.thread['user_id']),
      parentUserId,
    },
    scope,
  )
}

/**
 * Whether the business sent a message, decided by the ids alone; null where they do not say. Its
 * own number says so, and so does whom the thread of a history is with.
 */
export function isFromBusiness(message: JsonObject, scope: Scope): boolean | null {
  const from = toIdText(message['from'])
  const fromUserId = firstOf(message, SENDER_USER_IDS)
  if (from !== null && from === scope.displayNumber) return true
  if (scope.thread !== null) {
    if (isOf(scope.thread, from, fromUserId)) return false
    if (isOf(scope.thread, toIdText(message['to']), firstOf(message, ECHO_USER_IDS))) return true
  }
  return null
}

function isOf(contact: JsonObject, id: string | null, userId: string | null): boolean {
  const isSameId = id !== null && toIdText(contact['wa_id']) === id
  return isSameId || (userId !== null && toIdText(contact['user_id']) === userId)
}

export interface StatusAddress {
  /** Empty unless the status is about one participant of a group. */
  readonly participant: string
  readonly recipient: Person
  readonly groupId: string | null
}

/** Whom a status is about. In groups `recipient_id` is the group; the person stands beside it. */
export function addressOf(status: JsonObject, scope: Scope): StatusAddress {
  const recipientId = toIdText(status['recipient_id'])
  if (status['recipient_type'] !== 'group') {
    const recipient = toPerson(
      {
        id: recipientId,
        userId: firstOf(status, RECIPIENT_USER_IDS),
        parentUserId: firstOf(status, RECIPIENT_PARENT_IDS),
      },
      scope,
    )
    return { participant: '', recipient, groupId: null }
  }
  const id = firstOf(status, PARTICIPANT_IDS)
  const userId = firstOf(status, PARTICIPANT_USER_IDS)
  const parentUserId = firstOf(status, PARTICIPANT_PARENT_IDS)
  return {
    participant: id ?? userId ?? '',
    recipient: { id, userId, parentUserId, name: null, username: null },
    groupId: recipientId,
  }
}

function firstOf(item: JsonObject, names: readonly string[]): string | null {
  for (const name of names) {
    const id = toIdText(item[name])
    if (id !== null) return id
  }
  return null
}

function toPerson(given: Pick<Person, 'id' | 'userId' | 'parentUserId'>, scope: Scope): Person {
  const id = given.id === given.userId ? null : given.id
  const contact = scope.contacts.length === 0 ? null : findContact(id, given.userId, scope)
  if (contact === null) return { ...given, id, name: null, username: null }
  const profile = toObject(contact['profile'])
  return {
    id: id ?? toSharedId(contact['wa_id']),
    userId: given.userId ?? toSharedId(contact['user_id']),
    parentUserId: given.parentUserId ?? toSharedId(contact['parent_user_id']),
    name: toSharedText(profile?.['name']),
    username: toSharedText(profile?.['username'] ?? contact['username']),
  }
}

/**
 * By id, never by place in the list. A lone contact beside a message and nothing else is its sender
 * even where the ids differ, as they do for some countries.
 */
function findContact(id: string | null, userId: string | null, scope: Scope): JsonObject | null {
  const found = scope.contacts.find(id, userId)
  return found ?? (scope.isLoneMessage ? scope.contacts.only : null)
}
