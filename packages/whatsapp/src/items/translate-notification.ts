import { type WhatsAppEvent } from '@wabastream/contracts'
import { toErrorDetail } from './error-details.ts'
import { HELD_OF_ERROR } from './held.ts'
import { isTimeHeld, type ItemContext, toEnvelope } from './item-context.ts'
import { unreadOf } from './unread.ts'
import { type JsonObject, toObject, toText } from '../body/json.ts'
import { type Notification, type Scope } from '../body/walk-webhook.ts'

/** An error about no message. It has no id of its own: its content is its identity. */
export function translateError(error: JsonObject, context: ItemContext): WhatsAppEvent {
  const detail = toErrorDetail(error)
  const fact = {
    kind: 'ErrorReported',
    messageId: '',
    status: String(detail.code ?? ''),
    statusType: detail.title ?? detail.message ?? '',
    participant: detail.details ?? '',
    time: error['timestamp'],
  }
  const envelope = toEnvelope(fact, context)
  const unread = unreadOf(error, HELD_OF_ERROR, { isTimeHeld: isTimeHeld(envelope) })
  return { type: 'ErrorReported', data: { envelope, error: detail, unread } }
}

/** Any change of another field, whole, as JSON text. */
export function translateNotification(
  { field, value, entryTime }: Notification,
  { accountId }: Scope,
  context: ItemContext,
): WhatsAppEvent {
  const content = toObject(value)
  const payload = JSON.stringify(value ?? null)
  const fact = {
    kind: 'AccountEventReceived',
    messageId: accountId ?? '',
    status: field,
    statusType: payload,
    participant: '',
    time: entryTime ?? content?.['timestamp'],
  }
  return {
    type: 'AccountEventReceived',
    data: {
      envelope: toEnvelope(fact, context),
      field,
      accountId,
      event: toText(content?.['event']),
      payload,
    },
  }
}
