import { type JsonObject } from '../body/json.ts'
import { type Scanner, toMemberNames } from './scanner.ts'

const CONTACT = toMemberNames('profile', 'wa_id', 'user_id', 'parent_user_id')
const PROFILE = toMemberNames('name', 'username')

/** One of the contacts beside statuses, as JSON.parse gives it; null where a member is missing. */
export function readContact(input: Scanner): JsonObject {
  let profile: JsonObject | null = null
  let waId: string | null = null
  let userId: string | null = null
  let parentUserId: string | null = null
  input.take('{')
  do {
    const name = input.name(CONTACT)
    if (name === 'profile') profile = input.once(profile, readProfile(input))
    else if (name === 'wa_id') waId = input.once(waId, input.string())
    else if (name === 'user_id') userId = input.once(userId, input.string())
    else if (name === 'parent_user_id') parentUserId = input.once(parentUserId, input.string())
  } while (input.goesOn('}'))
  return { profile, wa_id: waId, user_id: userId, parent_user_id: parentUserId }
}

function readProfile(input: Scanner): JsonObject {
  let personName: string | null = null
  let username: string | null = null
  input.take('{')
  do {
    const name = input.name(PROFILE)
    if (name === 'name') personName = input.once(personName, input.string())
    else if (name === 'username') username = input.once(username, input.string())
  } while (input.goesOn('}'))
  return { name: personName, username }
}
