import { type MessageEvent } from '@wabastream/contracts'
import { echoRecipientOf, type Person, senderOf } from './contacts.ts'
import { toErrorDetails } from './error-details.ts'
import { type ItemContext, toMessageEnvelope } from './item-context.ts'
import { type JsonObject, toIdText, toObject, toText } from '../body/json.ts'
import { contentOf, messageTypeOf } from './message-content.ts'
import { describeIdProblem, toMessageId } from './message-id.ts'
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
  const fromBusiness = origin === 'echo' || (origin === 'history' && isSentByBusiness(item))
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

/** Only messages from the business name their recipient. */
function isSentByBusiness(item: JsonObject): boolean {
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
  const { text } = contentOf(edited, messageTypeOf(edited))
  return [{ type: 'MessageEdited', data: { ...toDeed('MessageEdited', message, target), text } }]
}

function toRevoked(message: ReadMessage): readonly MessageEvent[] | string {
  const given = toObject(message.item['revoke'])?.['original_message_id']
  const target = toMessageId(given)
  if (target === null) return `revoke target ${describeIdProblem(given)}`
  return [{ type: 'MessageRevoked', data: toDeed('MessageRevoked', message, target) }]
}

/** The fields common to everything that somebody does to another message. */
function toDeed(kind: MessageEvent['type'], message: ReadMessage, targetMessageId: string) {
  const { messageId, time, context, fromBusiness, groupId } = message
  const actor = fromBusiness ? senderOf(message.item, NO_SCOPE) : message.person
  return {
    envelope: toMessageEnvelope({ kind, messageId, time }, context),
    messageId,
    targetMessageId,
    fromBusiness,
    actorId: actor.id,
    actorUserId: actor.userId,
    groupId,
  }
}

const NO_SCOPE: Scope = {
  number: null,
  accountId: null,
  contacts: NO_CONTACTS,
  isLoneMessage: false,
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
    },
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
    },
  }
}
