import { describe, expect, it } from '@jest/globals'
import { type WhatsAppEvent } from '@wabastream/contracts'
import {
  callStatus,
  change,
  cloud,
  CUSTOMER,
  envelopeOf,
  message,
  paymentStatus,
  SECONDS,
  status,
  testContext,
  toBytes,
  valueOf,
} from './fixtures.ts'
import { toOwnBody } from './own/own-record.ts'
import { translateWebhook } from './translate-webhook.ts'

const marked = {
  number: '1',
  messageId: 'wamid.T',
  markedAt: SECONDS * 1000,
  askedBy: 'on_reply',
}

/**
 * A body for each event: an event that no body causes would be a word without a meaning. Null for
 * what only a record of our own can say.
 */
const bodies: Readonly<Record<WhatsAppEvent['type'], unknown>> = {
  MessageReceived: cloud({ messages: [message()] }),
  MessageEchoed: envelopeOf(
    change('smb_message_echoes', valueOf({ message_echoes: [message({ to: CUSTOMER })] })),
  ),
  MessageStatusChanged: cloud({ statuses: [status()] }),
  PaymentStatusChanged: cloud({ statuses: [paymentStatus] }),
  MessageReacted: cloud({
    messages: [message({ type: 'reaction', reaction: { message_id: 'wamid.T', emoji: '👍' } })],
  }),
  MessageEdited: cloud({
    messages: [message({ type: 'edit', edit: { original_message_id: 'wamid.T' } })],
  }),
  MessageRevoked: cloud({
    messages: [message({ type: 'revoke', revoke: { original_message_id: 'wamid.T' } })],
  }),
  MessageReplied: cloud({ messages: [message({ context: { id: 'wamid.T' } })] }),
  ErrorReported: cloud({ errors: [{ code: 130429, title: 'Rate limit hit' }] }),
  AccountEventReceived: callStatus,
  MessageMarkedRead: null,
}

describe('every event of the vocabulary', () => {
  it.each(Object.entries(bodies))('a body causes %s', (type, body) => {
    const { events } =
      body === null
        ? translateWebhook(toOwnBody([marked]), { ...testContext, isOwn: true })
        : translateWebhook(toBytes(body), testContext)
    const types: readonly string[] = events.map((event) => event.type)
    expect(types).toContain(type)
  })
})
