import {
  type MessageReceived,
  type MessageStatusChanged,
  type WhatsAppEvent,
} from '@wabastream/contracts'
import { ofAccountEvent } from './account-event-aliases.ts'
import { type ContactAlias, namedTogether, NO_ALIASES, pair } from './contact-alias.ts'

/**
 * What the event says of persons' ids, by the fields that name them, which events share; mostly
 * nothing that the one before did not say.
 */
export function toContactAliases(event: WhatsAppEvent): readonly ContactAlias[] {
  if (event.type === 'MessageReceived') return ofSender(event.data)
  if (event.type === 'MessageStatusChanged') return ofRecipient(event.data)
  if (event.type === 'AccountEventReceived') return ofAccountEvent(event.data)
  const { data } = event
  if ('actorId' in data) {
    if (data.fromBusiness) return NO_ALIASES
    return namedTogether(data.actorId, data.actorUserId, data.actorParentUserId)
  }
  if (!('recipientId' in data)) return NO_ALIASES
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
