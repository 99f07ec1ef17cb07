import { type WhatsAppEvent } from '@wabastream/contracts'
import { type JsonObject, toText } from '../body/json.ts'
import { type ItemContext, toMessageEnvelope } from '../items/item-context.ts'
import { describeIdProblem, toMessageId } from '../items/message-id.ts'
import { parseOwnTime } from '../items/provider-time.ts'
import { MARKED_READ } from './own-record.ts'

/**
 * An item of our own records, or why it is none. A message that is marked twice is the same fact,
 * whenever that was: its time is no part of its identity.
 */
export function translateOwn(
  item: JsonObject,
  context: ItemContext,
): readonly WhatsAppEvent[] | string {
  if (item['type'] !== MARKED_READ) return 'our own record of a kind that is not known here'
  const messageId = toMessageId(item['message_id'])
  if (messageId === null) return `message_id ${describeIdProblem(item['message_id'])}`
  const askedBy = toText(item['asked_by'])
  if (askedBy === null) return 'asked_by is missing'
  const fact = { kind: 'MessageMarkedRead', messageId, time: undefined }
  const time = parseOwnTime(item['marked_at'], context.webhook.receivedAt)
  const envelope = {
    ...toMessageEnvelope(fact, context),
    providerTime: typeof time === 'number' ? time : null,
    timeProblem: typeof time === 'number' ? null : time,
  }
  return [{ type: 'MessageMarkedRead', data: { envelope, messageId, askedBy } }]
}
