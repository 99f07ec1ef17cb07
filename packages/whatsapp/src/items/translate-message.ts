import { type MessageEvent } from '@wabastream/contracts'
import { echoRecipientOf, isFromBusiness, type Person, senderOf } from './contacts.ts'
import { toErrorDetails } from './error-details.ts'
import { type ItemContext, toMessageEnvelope } from './item-context.ts'
import { type JsonObject, toIdText, toObject, toText } from '../body/json.ts'
import { contentOf, messageTypeOf, toContentText } from './message-content.ts'
import { describeIdProblem, toMessageId } from './message-id.ts'
import { type ReadMembers, unreadOf } from './unread.ts'
import { type MessageOrigin, NO_CONTACTS, type Scope } from '../body/walk-webhook.ts'

/** Of a message; the object of its type is its content. */
const READ_MEMBERS: ReadMembers = {
  id: true,
  from: true,
  from_user_id: true,
  from_bsuid: true,
  from_parent_user_id: true,
  to: true,
  to_user_id: true,
  to_bsuid: true,
  to_parent_user_id: true,
  timestamp: true,
  type: true,
  group_id: true,
  context: { id: true, forwarded: true, frequently_forwarded: true },
  history_context: { status: true },
  errors: true,
}

/** A message with what was found out about it before its kind is known. */
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

/** Events of one message item, two where it answers another message; or why it is invalid. */
export function translateMessage(
  item: JsonObject,
  scope: Scope,
  origin: MessageOrigin,
  context: ItemContext,
): readonly MessageEvent[] | string {
  const messageId = toMessageId(item['id'])
  if (messageId === null) return `message id ${describeIdProblem(item['id'])}`
  const fromBusiness = isFromBusiness(item, scope) ?? isBusinessUnlessSaid(item, origin)
  return toEvents({
    item,
    scope,
    context,
    messageId,
    messageType: messageTypeOf(item),
    time: item['timestamp'],
    fromBusiness,
    historical: origin === 'history',
    person: fromBusiness ? echoRecipientOf(item, scope) : senderOf(item, scope),
    groupId: toIdText(item['group_id']),
  })
}

/** Where the ids do not say who sent it: an echo is the business's, what names a recipient, too. */
function isBusinessUnlessSaid(item: JsonObject, origin: MessageOrigin): boolean {
  if (origin !== 'history') return origin === 'echo'
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
  const data = { ...toDeed('MessageReacted', message, target), emoji: toText(reaction?.['emoji']) }
  return [{ type: 'MessageReacted', data }]
}

function toEdited(message: ReadMessage): readonly MessageEvent[] | string {
  const edit = toObject(message.item['edit'])
  const target = toMessageId(edit?.['original_message_id'])
  if (target === null) return `edit target ${describeIdProblem(edit?.['original_message_id'])}`
  const edited = toObject(edit?.['message']) ?? {}
  const type = messageTypeOf(edited)
  const { text } = contentOf(edited, type)
  const data = {
    ...toDeed('MessageEdited', message, target),
    text,
    content: toContentText(edited, type),
    unread: unreadOf(message.item, READ_MEMBERS, 'edit'),
  }
  return [{ type: 'MessageEdited', data }]
}

function toRevoked(message: ReadMessage): readonly MessageEvent[] | string {
  const given = toObject(message.item['revoke'])?.['original_message_id']
  const target = toMessageId(given)
  if (target === null) return `revoke target ${describeIdProblem(given)}`
  return [{ type: 'MessageRevoked', data: toDeed('MessageRevoked', message, target) }]
}

/** What is common to everything that somebody does to another message. */
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
  const { item, messageId, messageType, person, historical, groupId } = message
  const { text, mediaId, mimeType, replyId } = contentOf(item, messageType)
  const replyContext = toObject(item['context'])
  const referral = toObject(item['referral'])
  return {
    type: 'MessageReceived',
    data: {
      envelope: toMessageEnvelope(
        { kind: 'MessageReceived', messageId, time: message.time },
        message.context,
      ),
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
      ...newIdsOf(item, messageType),
      content: toContentText(item, messageType),
      unread: unreadOf(item, READ_MEMBERS, messageType),
    },
  }
}

/** Notices of the system name a person's new ids: a changed number, a changed user id. */
function newIdsOf(item: JsonObject, messageType: string) {
  const system = messageType === 'system' ? toObject(item['system']) : null
  if (system === null) return { newFromId: null, newFromUserId: null }
  const id = toIdText(system['wa_id']) ?? toIdText(system['new_wa_id'])
  const userId = toIdText(system['user_id'])
  return {
    newFromId: id === toIdText(item['from']) ? null : id,
    newFromUserId: userId === toIdText(item['from_user_id']) ? null : userId,
  }
}

function toEchoed(message: ReadMessage, inReplyTo: string | null): MessageEvent {
  const { item, messageId, messageType, person, historical, groupId } = message
  const status = toText(toObject(item['history_context'])?.['status'])
  return {
    type: 'MessageEchoed',
    data: {
      envelope: toMessageEnvelope(
        { kind: 'MessageEchoed', messageId, time: message.time },
        message.context,
      ),
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
      unread: unreadOf(item, READ_MEMBERS, messageType),
    },
  }
}
