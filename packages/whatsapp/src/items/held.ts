import { isObject, toObject, toText } from '../body/json.ts'
import {
  ECHO_PARENT_IDS,
  ECHO_USER_IDS,
  PARTICIPANT_IDS,
  PARTICIPANT_PARENT_IDS,
  PARTICIPANT_USER_IDS,
  RECIPIENT_PARENT_IDS,
  RECIPIENT_USER_IDS,
  SENDER_PARENT_IDS,
  SENDER_USER_IDS,
} from './id-names.ts'
import { toErrorDetail } from './error-details.ts'
import { messageTypeOf } from './message-content.ts'
import { toMessageId } from './message-id.ts'
import { toFutureMs } from './provider-time.ts'
import {
  each,
  findUnread,
  flag,
  type Held,
  type HeldMembers,
  id,
  ids,
  members,
  text,
  toHeld,
  where,
} from './unread.ts'

// What the fields of each event hold of its item. A new field has its member here.

const NOTHING: Held = toHeld({})
const messageId = where((value) => toMessageId(value) !== null)

export const HELD_OF_ERROR: Held = toHeld({
  code: where((code) => toErrorDetail({ code }).code !== null),
  title: text,
  message: text,
  href: text,
  error_data: members({ details: text }),
  details: (value, given) => {
    const inner = toText(toObject(given['error_data'])?.['details'])
    return inner === null || inner === value ? text(value, given) : value
  },
})

const errors = each((error) => (isObject(error) ? findUnread(error, HELD_OF_ERROR) : error))

const MESSAGE: HeldMembers = { id: text, type: text, group_id: id }
const SENDER: HeldMembers = { from: id, ...ids(SENDER_USER_IDS) }

/** A referral stays whole beside the two fields for its ids: it means little in parts. */
export const HELD_OF_RECEIVED: Held = toHeld({
  ...MESSAGE,
  ...SENDER,
  ...ids(SENDER_PARENT_IDS),
  context: members({
    id: messageId,
    forwarded: flag,
    // The field says forwarded: that it was so often is one thing more.
    frequently_forwarded: where((value) => value === false),
  }),
  errors,
})

export const HELD_OF_ECHOED: Held = toHeld({
  ...MESSAGE,
  to: id,
  ...ids(ECHO_USER_IDS),
  ...ids(ECHO_PARENT_IDS),
  context: members({ id: messageId }),
  history_context: members({ status: text }),
})

const ACT: HeldMembers = { ...MESSAGE, ...SENDER, ...ids(SENDER_PARENT_IDS) }

/** Of a reaction and a revocation. */
export const HELD_OF_ACT: Held = toHeld(ACT)

export const HELD_OF_EDITED: Held = toHeld({
  ...ACT,
  edit: members({
    original_message_id: messageId,
    message: (value) =>
      isObject(value) ? findUnread(value, NOTHING, { content: messageTypeOf(value) }) : value,
  }),
})

const PRICE: HeldMembers = { pricing_model: text, type: text, category: text, billable: flag }
const CONVERSATION_MEMBERS: HeldMembers = {
  id,
  origin: members({ type: text }),
  expiration_timestamp: where((value) => toFutureMs(value) !== null),
}
const CONVERSATION: Held = toHeld(CONVERSATION_MEMBERS)
const CONVERSATION_AND_PRICE: Held = toHeld({ ...CONVERSATION_MEMBERS, pricing: members(PRICE) })

const STATUS: HeldMembers = { id: text, status: text, errors }
const RECIPIENT: HeldMembers = { recipient_id: id, ...ids(RECIPIENT_USER_IDS) }
const PARTICIPANT: HeldMembers = { ...ids(PARTICIPANT_IDS), ...ids(PARTICIPANT_USER_IDS) }

const MESSAGE_STATUS: HeldMembers = {
  ...STATUS,
  type: where((value) => value === 'message'),
  recipient_id: id,
  conversation: (value, given) => {
    if (!isObject(value)) return value ?? undefined
    return findUnread(value, isObject(given['pricing']) ? CONVERSATION : CONVERSATION_AND_PRICE)
  },
  pricing: members(PRICE),
  biz_opaque_callback_data: text,
}

export const HELD_OF_STATUS: Held = toHeld({
  ...MESSAGE_STATUS,
  ...RECIPIENT,
  ...ids(RECIPIENT_PARENT_IDS),
  recipient_type: where((value) => value === 'individual'),
})

export const HELD_OF_GROUP_STATUS: Held = toHeld({
  ...MESSAGE_STATUS,
  ...PARTICIPANT,
  ...ids(PARTICIPANT_PARENT_IDS),
  recipient_type: text,
})

const PAYMENT: HeldMembers = { ...STATUS, type: text }

export const HELD_OF_PAYMENT: Held = toHeld({
  ...PAYMENT,
  ...RECIPIENT,
  ...ids(RECIPIENT_PARENT_IDS),
  recipient_type: where((value) => value === 'individual'),
})

export const HELD_OF_GROUP_PAYMENT: Held = toHeld({
  ...PAYMENT,
  ...PARTICIPANT,
  ...ids(PARTICIPANT_PARENT_IDS),
})
