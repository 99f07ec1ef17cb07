import { type JsonObject } from '../body/json.ts'
import { readContact } from './scan-contact.ts'
import { Scanner, toMemberNames } from './scanner.ts'

// Most bodies are statuses, and nearly all of those have one exact shape, which can be read from
// the text at half the cost of JSON.parse. Whatever is not exactly so is left to JSON.parse: this
// grammar is a part of JSON, and what fits it means here what it means there.
//
//   body         = { object: "whatsapp_business_account", entry?: [ entry ] }
//   entry        = { id?: text, changes?: [ change ] }
//   change       = { field: "messages", value?: value }
//   value        = { messaging_product?: text, metadata?: metadata, contacts?: [ contact, … ],
//                    statuses?: [ status, … ] }
//   metadata     = { display_phone_number?: text, phone_number_id?: text }
//   contact      = { profile?: { name?: text, username?: text }, wa_id?: text, user_id?: text,
//                    parent_user_id?: text }
//   status       = { id?: text, status?: text, timestamp?: text, recipient_id?: text,
//                    recipient_user_id?: text, recipient_parent_user_id?: text,
//                    recipient_type?: "individual", type?: "message", conversation?: conversation,
//                    pricing?: pricing, biz_opaque_callback_data?: text }
//   conversation = { id?: text, expiration_timestamp?: text, origin?: { type: text } }
//   pricing      = { billable?: true | false, pricing_model?: text, category?: text, type?: text }
//
// Members come in any order, each at most once, and no object is empty. There is no white space and
// no escape, and every character is printable ASCII: so a text ends at the next quotation mark.

/** Texts as they were given, maybe empty; null where a member is missing. */
export interface ScannedBody {
  readonly accountId: string | null
  readonly value: Value | null
}

interface Value {
  readonly metadata: Metadata | null
  readonly contacts: readonly JsonObject[] | null
  readonly statuses: readonly ScannedStatus[] | null
}

export interface ScannedStatus {
  readonly id: string | null
  readonly status: string | null
  readonly timestamp: string | null
  readonly recipientId: string | null
  readonly recipientUserId: string | null
  readonly recipientParentUserId: string | null
  readonly conversation: Conversation
  readonly pricing: Pricing
  readonly callbackData: string | null
}

interface Metadata {
  readonly displayNumber: string | null
  readonly number: string | null
}

interface Conversation {
  readonly id: string | null
  readonly expiresAt: string | null
  readonly originType: string | null
}

interface Pricing {
  readonly billable: boolean | null
  readonly model: string | null
  readonly category: string | null
  readonly type: string | null
}

const BYTES_MAX = 512 * 1024
/** Where it is missing, a look is cheaper than to find out so far into the body. */
const STATUSES = '"statuses":[{'
const NO_CONVERSATION: Conversation = { id: null, expiresAt: null, originType: null }
const NO_PRICING: Pricing = { billable: null, model: null, category: null, type: null }
const BODY = toMemberNames('object', 'entry')
const ENTRY = toMemberNames('id', 'changes')
const CHANGE = toMemberNames('value', 'field')
const VALUE = toMemberNames('messaging_product', 'metadata', 'statuses', 'contacts')
const METADATA = toMemberNames('display_phone_number', 'phone_number_id')
const STATUS = toMemberNames(
  'id',
  'status',
  'timestamp',
  'recipient_id',
  'conversation',
  'pricing',
  'biz_opaque_callback_data',
  'type',
  'recipient_type',
  'recipient_user_id',
  'recipient_parent_user_id',
)
const CONVERSATION = toMemberNames('id', 'expiration_timestamp', 'origin')
const ORIGIN = toMemberNames('type')
const PRICING = toMemberNames('billable', 'pricing_model', 'category', 'type')

/**
 * What a body of statuses says, of which `text` is the text; null where its shape is another,
 * be it JSON or not.
 */
export function scanStatusBody(body: Uint8Array, text: string): ScannedBody | null {
  if (body.length > BYTES_MAX || !text.includes(STATUSES)) return null
  const input = new Scanner(body, text)
  const scanned = readBody(input)
  return input.isDone ? scanned : null
}

function readBody(input: Scanner): ScannedBody | null {
  let product: string | null = null
  let body: ScannedBody | null = null
  input.take('{')
  do {
    const name = input.name(BODY)
    if (name === 'object') product = input.once(product, input.string())
    else if (name === 'entry') body = input.once(body, input.only(readEntry))
  } while (input.goesOn('}'))
  if (product !== 'whatsapp_business_account') input.fail()
  return body
}

function readEntry(input: Scanner): ScannedBody {
  let accountId: string | null = null
  let value: Value | null = null
  input.take('{')
  do {
    const name = input.name(ENTRY)
    if (name === 'id') accountId = input.once(accountId, input.string())
    else if (name === 'changes') value = input.once(value, input.only(readChange))
  } while (input.goesOn('}'))
  return { accountId, value }
}

function readChange(input: Scanner): Value | null {
  let field: string | null = null
  let value: Value | null = null
  input.take('{')
  do {
    const name = input.name(CHANGE)
    if (name === 'field') field = input.once(field, input.string())
    else if (name === 'value') value = input.once(value, readValue(input))
  } while (input.goesOn('}'))
  if (field !== 'messages') input.fail()
  return value
}

function readValue(input: Scanner): Value {
  let product: string | null = null
  let metadata: Metadata | null = null
  let contacts: readonly JsonObject[] | null = null
  let statuses: readonly ScannedStatus[] | null = null
  input.take('{')
  do {
    const name = input.name(VALUE)
    if (name === 'messaging_product') product = input.once(product, input.string())
    else if (name === 'metadata') metadata = input.once(metadata, readMetadata(input))
    else if (name === 'statuses') statuses = input.once(statuses, input.list(readStatus))
    else if (name === 'contacts') contacts = input.once(contacts, input.list(readContact))
  } while (input.goesOn('}'))
  return { metadata, contacts, statuses }
}

function readMetadata(input: Scanner): Metadata {
  let displayNumber: string | null = null
  let number: string | null = null
  input.take('{')
  do {
    const name = input.name(METADATA)
    if (name === 'display_phone_number') displayNumber = input.once(displayNumber, input.string())
    else if (name === 'phone_number_id') number = input.once(number, input.string())
  } while (input.goesOn('}'))
  return { displayNumber, number }
}

function readStatus(input: Scanner): ScannedStatus {
  let id: string | null = null
  let status: string | null = null
  let timestamp: string | null = null
  let recipientId: string | null = null
  let userId: string | null = null
  let parentUserId: string | null = null
  let kind: string | null = null
  let type: string | null = null
  let conversation: Conversation | null = null
  let pricing: Pricing | null = null
  let callbackData: string | null = null
  input.take('{')
  do {
    const name = input.name(STATUS)
    if (name === 'id') id = input.once(id, input.string())
    else if (name === 'status') status = input.once(status, input.string())
    else if (name === 'timestamp') timestamp = input.once(timestamp, input.string())
    else if (name === 'recipient_id') recipientId = input.once(recipientId, input.string())
    else if (name === 'conversation')
      conversation = input.once(conversation, readConversation(input))
    else if (name === 'pricing') pricing = input.once(pricing, readPricing(input))
    else if (name === 'type') type = input.once(type, input.word('message'))
    else if (name === 'recipient_type') kind = input.once(kind, input.word('individual'))
    else if (name === 'recipient_user_id') userId = input.once(userId, input.string())
    else if (name === 'recipient_parent_user_id')
      parentUserId = input.once(parentUserId, input.string())
    else if (name === 'biz_opaque_callback_data')
      callbackData = input.once(callbackData, input.string())
  } while (input.goesOn('}'))
  return {
    id,
    status,
    timestamp,
    recipientId,
    recipientUserId: userId,
    recipientParentUserId: parentUserId,
    conversation: conversation ?? NO_CONVERSATION,
    pricing: pricing ?? NO_PRICING,
    callbackData,
  }
}

function readConversation(input: Scanner): Conversation {
  let id: string | null = null
  let expiresAt: string | null = null
  let originType: string | null = null
  input.take('{')
  do {
    const name = input.name(CONVERSATION)
    if (name === 'id') id = input.once(id, input.string())
    else if (name === 'origin') originType = input.once(originType, readOrigin(input))
    else if (name === 'expiration_timestamp') expiresAt = input.once(expiresAt, input.string())
  } while (input.goesOn('}'))
  return { id, expiresAt, originType }
}

function readOrigin(input: Scanner): string {
  input.take('{')
  input.name(ORIGIN)
  const type = input.string()
  input.take('}')
  return type
}

function readPricing(input: Scanner): Pricing {
  let billable: boolean | null = null
  let model: string | null = null
  let category: string | null = null
  let type: string | null = null
  input.take('{')
  do {
    const name = input.name(PRICING)
    if (name === 'billable') billable = input.once(billable, input.boolean())
    else if (name === 'pricing_model') model = input.once(model, input.string())
    else if (name === 'category') category = input.once(category, input.string())
    else if (name === 'type') type = input.once(type, input.string())
  } while (input.goesOn('}'))
  return { billable, model, category, type }
}
