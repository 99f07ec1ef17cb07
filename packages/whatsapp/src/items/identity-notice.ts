import { type JsonObject, toIdText, toObject, toPersonId } from '../body/json.ts'
import { type Person } from './contacts.ts'

/** The ids that a person has from now on, as far as a notice names others than before. */
export interface NewIds {
  readonly newFromId: string | null
  readonly newFromUserId: string | null
}

export const NO_NEW_IDS: NewIds = { newFromId: null, newFromUserId: null }
/** The person's keys changed, not the ids. */
const KEYS_CHANGED = 'customer_identity_changed'

/**
 * Whom a notice of the system is about, by the ids of before: where `from` has none, or the new
 * one already, the notice names the former (META webhooks/reference/messages/system, since
 * 2026-08; on-premises: `customer`).
 */
export function formerPerson(message: JsonObject, sender: Person): Person {
  const system = toObject(message['system'])
  if (system === null) return sender
  return {
    ...sender,
    id: formerOf(sender.id, newNumberOf(system), toPersonId(system['customer'])),
    userId: formerOf(
      sender.userId,
      toIdText(system['user_id']),
      toIdText(system['previous_user_id']),
    ),
    parentUserId: formerOf(
      sender.parentUserId,
      toIdText(system['parent_user_id']),
      toIdText(system['previous_parent_user_id']),
    ),
  }
}

/** A changed number, a changed user id; a changed number changes both. */
export function newIdsOf(message: JsonObject, former: Person): NewIds {
  const system = toObject(message['system'])
  if (system === null || system['type'] === KEYS_CHANGED) return NO_NEW_IDS
  const id = newNumberOf(system)
  const userId = toIdText(system['user_id'])
  return {
    newFromId: id === former.id ? null : id,
    newFromUserId: userId === former.userId ? null : userId,
  }
}

/** Until version 11 of the API `new_wa_id`. */
function newNumberOf(system: JsonObject): string | null {
  return toPersonId(system['wa_id']) ?? toPersonId(system['new_wa_id'])
}

function formerOf(
  given: string | null,
  current: string | null,
  former: string | null,
): string | null {
  return given === null || given === current ? (former ?? given) : given
}
