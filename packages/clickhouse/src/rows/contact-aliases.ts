import {
  type AccountEventReceived,
  type MessageReceived,
  type MessageStatusChanged,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { parsePayload } from './parse-payload.ts'

/** A fact that two ids are one person. */
export interface ContactAlias {
  /**
   * `named_together`: one item names the person by both. `written_differently`: likewise, and both
   * are one number. `number_changed` and `user_id_changed`: the left one became the right one.
   */
  readonly kind: 'named_together' | 'written_differently' | 'number_changed' | 'user_id_changed'
  readonly left: string
  readonly right: string
}

/**
 * What the event says of persons' ids, by the fields that name them, which events share; mostly
 * nothing that the one before did not say.
 */
export function toContactAliases(event: WhatsAppEvent): readonly ContactAlias[] {
  if (event.type === 'MessageReceived') return ofSender(event.data)
  if (event.type === 'MessageStatusChanged') return ofRecipient(event.data)
  if (event.type === 'AccountEventReceived') {
    return event.data.field === USER_ID_UPDATE ? readUserIdUpdates(event.data) : NONE
  }
  const { data } = event
  if ('actorId' in data) {
    if (data.fromBusiness) return NONE
    return namedTogether(data.actorId, data.actorUserId, data.actorParentUserId)
  }
  if (!('recipientId' in data)) return NONE
  return namedTogether(data.recipientId, data.recipientUserId, data.recipientParentUserId)
}

/** A notice of the system names who the sender is from now on. */
function ofSender(message: MessageReceived): readonly ContactAlias[] {
  const { fromId, fromUserId, newFromId, newFromUserId, otherwiseWrittenId } = message
  const together = namedTogether(fromId, fromUserId, message.fromParentUserId)
  const isNoMore = newFromId === null && newFromUserId === null && otherwiseWrittenId === null
  if (isNoMore) return together
  return [
    ...together,
    ...pair('written_differently', fromId, otherwiseWrittenId),
    ...pair('number_changed', fromId ?? fromUserId, newFromId),
    ...(fromUserId === null
      ? pair('named_together', newFromId ?? fromId, newFromUserId)
      : pair('user_id_changed', fromUserId, newFromUserId)),
  ]
}

function ofRecipient(status: MessageStatusChanged): readonly ContactAlias[] {
  const { otherwiseWrittenId, recipientId, recipientParentUserId, recipientUserId } = status
  const together = namedTogether(recipientId, recipientUserId, recipientParentUserId)
  if (otherwiseWrittenId === null) return together
  return [...together, ...pair('written_differently', recipientId, otherwiseWrittenId)]
}

const NONE: readonly ContactAlias[] = []
const USER_ID_UPDATE = 'user_id_update'

function namedTogether(
  id: string | null,
  userId: string | null,
  parentUserId: string | null,
): readonly ContactAlias[] {
  if (userId === null) return pair('named_together', id, parentUserId)
  if (id === null && parentUserId === null) return NONE
  return [...pair('named_together', id, userId), ...pair('named_together', userId, parentUserId)]
}

function pair(
  kind: ContactAlias['kind'],
  left: string | null,
  right: string | null,
): readonly ContactAlias[] {
  return left === null || right === null || left === right ? NONE : [{ kind, left, right }]
}

/** META business-scoped-user-ids: `[{ wa_id?, user_id: { previous, current } }]`. */
function readUserIdUpdates({ payload }: AccountEventReceived): readonly ContactAlias[] {
  const updates = toObject(parsePayload(payload))?.[USER_ID_UPDATE]
  return Array.isArray(updates) ? updates.flatMap((given: unknown) => toUpdate(given)) : NONE
}

function toUpdate(given: unknown): readonly ContactAlias[] {
  const update = toObject(given)
  const user = toObject(update?.['user_id'])
  const parent = toObject(update?.['parent_user_id'])
  const userId = toId(user?.['current'])
  const parentUserId = toId(parent?.['current'])
  return [
    ...pair('user_id_changed', toId(user?.['previous']), userId),
    ...pair('user_id_changed', toId(parent?.['previous']), parentUserId),
    ...namedTogether(toId(update?.['wa_id']), userId, parentUserId),
  ]
}

function toId(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function toObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}
