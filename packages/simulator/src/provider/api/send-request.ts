import { z } from 'zod'
import { type SendRequest } from '../messages/tell-sent.ts'

/**
 * A message to send, or one to mark as read.
 *
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
 * - https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/mark-message-as-read
 */
const readSchema = z.object({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
})

const sendSchema = z.looseObject({
  messaging_product: z.literal('whatsapp').optional(),
  recipient_type: z.enum(['individual', 'group']).default('individual'),
  to: z.string().min(1),
  type: z.string().default('text'),
  biz_opaque_callback_data: z.string().optional(),
})

export type MessagesRequest =
  | { readonly kind: 'read'; readonly messageId: string }
  | { readonly kind: 'send'; readonly input: string; readonly request: SendRequest }
  | { readonly kind: 'wrong'; readonly details: string }

/** Reads the body of `POST …/messages`. A phone number may have a plus sign, blanks and hyphens. */
export function readMessagesRequest(body: unknown): MessagesRequest {
  const read = readSchema.safeParse(body)
  if (read.success) return { kind: 'read', messageId: read.data.message_id }
  const sent = sendSchema.safeParse(body)
  if (!sent.success) return wrong(z.prettifyError(sent.error))
  const { biz_opaque_callback_data: callbackData, recipient_type: recipient, to, type } = sent.data
  if (sent.data[type] === undefined) return wrong(`The parameter ${type} is required.`)
  const isGroup = recipient === 'group'
  const waId = isGroup ? to : to.replaceAll(/\D/g, '')
  if (waId === '') return wrong('The parameter to is not a phone number.')
  return { kind: 'send', input: to, request: { to: waId, isGroup, callbackData } }
}

function wrong(details: string): MessagesRequest {
  return { kind: 'wrong', details }
}
