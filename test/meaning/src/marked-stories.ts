import {
  base64,
  contacts,
  errors,
  type Fields,
  markedMessages,
  marks,
  message,
  metadata,
  SECONDS,
  status,
  toParticipant,
} from './marked-messages.ts'
import { type Told } from './tell.ts'

const nowSeconds = (): string => String(Math.floor(Date.now() / 1_000))

const statuses: readonly Fields[] = [
  status('S', 'sent'),
  status('S', 'delivered', { timestamp: String(SECONDS + 20) }),
  status('S', 'read', { timestamp: String(SECONDS + 30) }),
  status('Y', 'failed', { errors }),
  status('G', 'delivered', toParticipant),
  status('K', 'failed', { ...toParticipant, errors }),
  status('Y', 'failed', { errors: [{ ...errors[0], code: 131_050 }] }),
  status('P', 'captured', {
    type: 'payment',
    payment: {
      reference_id: 'quincereference',
      amount: { value: 100, offset: 100 },
      currency: 'BRL',
      transaction: { id: 'quincetransaction', status: 'success' },
    },
  }),
]

const preference = {
  wa_id: marks.number,
  user_id: marks.userId,
  detail: marks.text,
  category: 'marketing_messages',
  value: 'stop',
  timestamp: SECONDS,
}

const call = {
  id: `wacid.${base64(marks.number)}`,
  from: marks.number,
  from_user_id: marks.userId,
  to: '15550783881',
  event: 'connect',
  direction: 'USER_INITIATED',
  timestamp: String(SECONDS),
}

const template = {
  message_template_id: 9,
  message_template_name: 'spring',
  message_template_language: 'de',
}

const changes: readonly Fields[] = [
  ...markedMessages.map((one) => ({
    field: 'messages',
    value: { metadata, contacts, messages: [one] },
  })),
  ...statuses.map((one) => ({ field: 'messages', value: { metadata, contacts, statuses: [one] } })),
  { field: 'messages', value: { metadata, errors } },
  {
    field: 'smb_message_echoes',
    value: {
      metadata,
      contacts,
      message_echoes: [
        {
          ...message('W', { type: 'text', text: { body: marks.text } }),
          from: '15550783881',
          from_user_id: undefined,
          from_parent_user_id: undefined,
          to: marks.number,
          to_user_id: marks.userId,
        },
      ],
    },
  },
  { field: 'user_preferences', value: { metadata, contacts, user_preferences: [preference] } },
  { field: 'calls', value: { metadata, contacts, calls: [call] } },
  {
    field: 'user_id_update',
    value: {
      metadata,
      user_id_update: [
        {
          wa_id: marks.number,
          user_id: { previous: marks.userId, current: marks.otherUserId },
          timestamp: SECONDS,
        },
      ],
    },
  },
  {
    field: 'message_template_status_update',
    value: { ...template, event: 'REJECTED', other_info: { description: marks.text } },
  },
  {
    field: 'message_template_status_update',
    value: { ...template, message_template_id: 10, event: 'REJECTED', reason: marks.text },
  },
  {
    field: 'message_template_quality_update',
    value: { ...template, previous_quality_score: 'GREEN', new_quality_score: 'RED' },
  },
  {
    field: 'some_future_field',
    value: { metadata, who: marks.name, said: marks.text, [marks.number]: { [marks.userId]: 1 } },
  },
  {
    field: 'messages',
    value: {
      metadata,
      contacts,
      messages: [
        message('H', { type: 'text', text: { body: 'hi' }, seen_by: { [marks.name]: 1 } }),
        // Its window is open.
        message('NOW', { type: 'text', text: { body: 'hi' }, timestamp: nowSeconds() }),
      ],
    },
  },
]

/** A webhook of every kind, with a mark wherever a customer, or who quotes them, can leave one. */
export const markedStories: readonly Told[] = changes.map((change, index) => ({
  receivedAt: index === changes.length - 1 ? Date.now() : (SECONDS + 60 + index) * 1_000,
  body: Buffer.from(
    JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '102290129340398', time: SECONDS, changes: [change] }],
    }),
  ),
}))
