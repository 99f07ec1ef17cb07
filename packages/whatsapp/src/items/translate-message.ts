import { type MessageEchoed, type MessageEvent, type MessageRevoked } from '@wabastream/contracts'
import { echoRecipientOf, isFromBusiness, isFromOther, type Person, senderOf } from './contacts.ts'
import { toErrorDetails } from './error-details.ts'
import { HELD_OF_ACT, HELD_OF_ECHOED, HELD_OF_EDITED, HELD_OF_RECEIVED } from './held.ts'
import { formerPerson, newIdsOf, NO_NEW_IDS } from './identity-notice.ts'
import { isTimeHeld, type ItemContext, toMessageEnvelope } from './item-context.ts'
import { type JsonObject, toIdText, toObject, toText } from '../body/json.ts'
import { contentOf, messageTypeOf, toContentText } from './message-content.ts'
import { describeIdProblem, toMessageId } from './message-id.ts'
import { unreadOf } from './unread.ts'
import { type MessageOrigin, NO_CONTACTS, type Scope } from '../body/walk-webhook.ts'

/** A message with what is known about it before its kind is. */
interface ReadMessage {
  readonly item: JsonObject
  readonly scope: Scope
  readonly context: ItemContext
  readonly messageId: string
  readonly messageType: string
  readonly time: unknown
  readonly fromBusiness: boolean
  readonly historical: boolean
  /** The customer's side of the conversation. */
  readonly person: Person
  readonly groupId: string | null
}

/** Events of one message item, two if it answers another message; or why it is invalid. */
export function translateMessage(
  item: JsonObject,
  scope: Scope,
  origin: MessageOrigin,
  context: ItemContext,
): readonly MessageEvent[] | string {
  const messageId = toMessageId(item['id'])
  if (messageId === null) return `message id ${describeIdProblem(item['id'])}`
  const fromBusiness = isFromBusiness(item, scope) ?? isBusinessUnlessSaid(item, scope, origin)
  const messageType = messageTypeOf(item)
  return toEvents({
    item,
    scope,
    context,
    messageId,
    messageType,
    time: item['timestamp'],
    fromBusiness,
    historical: origin === 'history' || origin === 'history echo',
    person: fromBusiness ? echoRecipientOf(item, scope) : customerOf(item, scope, messageType),
    groupId: toIdText(item['group_id']),
  })
}

function customerOf(item: JsonObject, scope: Scope, messageType: string): Person {
  const sender = senderOf(item, scope)
  return messageType === 'system' ? formerPerson(item, sender) : sender
}

/**
 * Where the ids do not say who sent it: an echo is the business's, and so is what a history sends
 * to somebody, if it has no sender or the business's own number is unknown.
 */
function isBusinessUnlessSaid(item: JsonObject, scope: Scope, origin: MessageOrigin): boolean {
  if (origin !== 'history') return origin !== 'customer'
  if (isFromOther(item, scope)) return false
  return item['to'] !== undefined || item['to_user_id'] !== undefined
}

function toEvents(message: ReadMessage): readonly MessageEvent[] | string {
  switch (message.messageType) {
    case 'reaction':
      return toReacted(message)
    case 'edit':
      return toEdited(message)
    case 'revoke':
      return toRevoked(message)
    default:
      return toMessage(message)
  }
}

function toReacted(message: ReadMessage): readonly MessageEvent[] | string {
  const reaction = toObject(message.item['reaction'])
  const target = toMessageId(reaction?.['message_id'])
  if (target === null) return `reaction target ${describeIdProblem(reaction?.['message_id'])}`
  const deed = toNamedDeed('MessageReacted', message, target)
  const data = { ...deed, emoji: toText(reaction?.['emoji']), ...toSaid(message, deed) }
  return [{ type: 'MessageReacted', data }]
}

function toEdited(message: ReadMessage): readonly MessageEvent[] | string {
  const edit = toObject(message.item['edit'])
  const target = toMessageId(edit?.['original_message_id'])
  if (target === null) return `edit target ${describeIdProblem(edit?.['original_message_id'])}`
  const edited = toObject(edit?.['message']) ?? {}
  const type = messageTypeOf(edited)
  const { text } = contentOf(edited, type)
  const deed = toNamedDeed('MessageEdited', message, target)
  const data = {
    ...deed,
    text,
    content: toContentText(edited, type),
    unread: unreadOf(message.item, HELD_OF_EDITED, { isTimeHeld: isTimeHeld(deed.envelope) }),
  }
  return [{ type: 'MessageEdited', data }]
}

function toRevoked(message: ReadMessage): readonly MessageEvent[] | string {
  const given = toObject(message.item['revoke'])?.['original_message_id']
  const target = toMessageId(given)
  if (target === null) return `revoke target ${describeIdProblem(given)}`
  const deed = toNamedDeed('MessageRevoked', message, target)
  return [{ type: 'MessageRevoked', data: { ...deed, ...toSaid(message, deed) } }]
}

/** What a reaction or a revocation says of itself, whole, and what no field holds. */
function toSaid(
  { item, messageType }: ReadMessage,
  { envelope }: Pick<MessageRevoked, 'envelope'>,
): Pick<MessageRevoked, 'content' | 'unread'> {
  const beside = { isTimeHeld: isTimeHeld(envelope), content: messageType }
  return {
    content: toContentText(item, messageType),
    unread: unreadOf(item, HELD_OF_ACT, beside),
  }
}

/** A deed with the name of who did it; an answer's name comes with the answer. */
function toNamedDeed(kind: MessageEvent['type'], message: ReadMessage, targetMessageId: string) {
  const deed = toDeed(kind, message, targetMessageId)
  return { ...deed, contactName: message.fromBusiness ? null : message.person.name }
}

/** The fields common to everything that somebody does to another message. */
function toDeed(kind: MessageEvent['type'], message: ReadMessage, targetMessageId: string) {
  const { messageId, time, context, fromBusiness, groupId, historical } = message
  const actor = fromBusiness ? senderOf(message.item, NO_SCOPE) : message.person
  return {
    envelope: toMessageEnvelope({ kind, messageId, time }, context),
    messageId,
    targetMessageId,
    fromBusiness,
    actorId: actor.id,
    actorUserId: actor.userId,
    groupId,
    historical,
    actorParentUserId: actor.parentUserId,
    username: actor.username,
  }
}

const NO_SCOPE: Scope = {
  number: null,
  displayNumber: null,
  accountId: null,
  contacts: NO_CONTACTS,
  isLoneMessage: false,
  thread: null,
}

function toMessage(message: ReadMessage): readonly MessageEvent[] {
  const inReplyTo = toMessageId(toObject(message.item['context'])?.['id'])
  const event = message.fromBusiness ? toEchoed(message, inReplyTo) : toReceived(message, inReplyTo)
  if (inReplyTo === null) return [event]
  return [event, { type: 'MessageReplied', data: toDeed('MessageReplied', message, inReplyTo) }]
}

function toReceived(message: ReadMessage, inReplyTo: string | null): MessageEvent {
  const { item, messageId, messageType, person, historical, groupId, time } = message
  const { text, mediaId, mimeType, replyId } = contentOf(item, messageType)
  const replyContext = toObject(item['context'])
  const referral = toObject(item['referral'])
  const fact = { kind: 'MessageReceived', messageId, time }
  const envelope = toMessageEnvelope(fact, message.context)
  const beside = { isTimeHeld: isTimeHeld(envelope), content: messageType }
  return {
    type: 'MessageReceived',
    data: {
      envelope,
      messageId,
      messageType,
      fromId: person.id,
      fromUserId: person.userId,
      groupId,
      contactName: person.name,
      text,
      inReplyTo,
      forwarded:
        replyContext?.['forwarded'] === true || replyContext?.['frequently_forwarded'] === true,
      mediaId,
      mimeType,
      replyId,
      referralSourceId: toIdText(referral?.['source_id']),
      referralClickId: toText(referral?.['ctwa_clid']),
      historical,
      errors: toErrorDetails(item['errors']),
      fromParentUserId: person.parentUserId,
      username: person.username,
      ...(messageType === 'system' ? newIdsOf(item, person) : NO_NEW_IDS),
      content: toContentText(item, messageType),
      unread: unreadOf(item, HELD_OF_RECEIVED, beside),
      otherwiseWrittenId: person.otherwiseWrittenId,
    },
  }
}

function toEchoed(message: ReadMessage, inReplyTo: string | null): MessageEvent {
  const { item, messageId, messageType, person, historical, groupId, time } = message
  const status = toText(toObject(item['history_context'])?.['status'])
  const envelope = toMessageEnvelope({ kind: 'MessageEchoed', messageId, time }, message.context)
  const ownNumber = envelope.displayNumber
  const beside = { isTimeHeld: isTimeHeld(envelope), content: messageType, ownNumber }
  return {
    type: 'MessageEchoed',
    data: {
      envelope,
      messageId,
      messageType,
      recipientId: person.id,
      recipientUserId: person.userId,
      groupId,
      text: contentOf(item, messageType).text,
      inReplyTo,
      historical,
      historicalStatus: status === null ? null : status.toLowerCase(),
      recipientParentUserId: person.parentUserId,
      content: toContentText(item, messageType),
      unread: unreadOf(item, HELD_OF_ECHOED, beside),
      username: person.username,
      ...templateOf(item),
    },
  }
}

/**
 * The template that a message of the business was made of: as an echo names it, or the definition
 * beside the request that sent it.
 */
function templateOf(item: JsonObject): Pick<MessageEchoed, 'templateName' | 'templateCategory'> {
  const sent = toObject(item['template'])
  const definition = toObject(item['template_definition'])
  return {
    templateName: toText(sent?.['name']) ?? toText(definition?.['name']),
    templateCategory: toText(definition?.['category']) ?? toText(sent?.['category']),
  }
}
