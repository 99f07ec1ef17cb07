import { type JsonObject, toIdText, toObject, toSharedId, toSharedText } from '../body/json.ts'
import { type Scope } from '../body/walk-webhook.ts'

/**
 * What the provider reports about a person: phone-like id, business-scoped id, both, or neither.
 */
export interface Person {
  readonly id: string | null
  readonly userId: string | null
  readonly name: string | null
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

export function senderOf(message: JsonObject, scope: Scope): Person {
  return toPerson(toIdText(message['from']), firstOf(message, SENDER_USER_IDS), scope)
}

export function echoRecipientOf(message: JsonObject, scope: Scope): Person {
  return toPerson(toIdText(message['to']), firstOf(message, ECHO_USER_IDS), scope)
}

export interface StatusAddress {
  /** Empty unless the status is about one participant of a group. */
  readonly participant: string
  readonly recipientId: string | null
  readonly recipientUserId: string | null
  readonly groupId: string | null
}

/**
 * Whom a status is about. In groups `recipient_id` is the group, and the person is in a field
 * beside it.
 */
export function addressOf(status: JsonObject, scope: Scope): StatusAddress {
  const recipientId = toIdText(status['recipient_id'])
  if (status['recipient_type'] !== 'group') {
    const person = toPerson(recipientId, firstOf(status, RECIPIENT_USER_IDS), scope)
    return {
      participant: '',
      recipientId: person.id,
      recipientUserId: person.userId,
      groupId: null,
    }
  }
  const participantId = firstOf(status, PARTICIPANT_IDS)
  const participantUserId = firstOf(status, PARTICIPANT_USER_IDS)
  return {
    participant: participantId ?? participantUserId ?? '',
    recipientId: participantId,
    recipientUserId: participantUserId,
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

function toPerson(givenId: string | null, givenUserId: string | null, scope: Scope): Person {
  const id = givenId === givenUserId ? null : givenId
  const contact = scope.contacts.length === 0 ? null : findContact(id, givenUserId, scope)
  if (contact === null) return { id, userId: givenUserId, name: null }
  return {
    id: id ?? toSharedId(contact['wa_id']),
    userId: givenUserId ?? toSharedId(contact['user_id']),
    name: toSharedText(toObject(contact['profile'])?.['name']),
  }
}

/**
 * By id, never by place in the list. A single contact beside a single message is its sender even if
 * the ids differ, as they do in some countries.
 */
function findContact(id: string | null, userId: string | null, scope: Scope): JsonObject | null {
  const found = scope.contacts.find(id, userId)
  return found ?? (scope.isLoneMessage ? scope.contacts.only : null)
}
