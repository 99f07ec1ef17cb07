import { type BusinessNumber, numberOfChange, numberOfMetadata } from './account-number.ts'
import { ContactList } from './contact-list.ts'
import { isObject, type JsonObject, toObject, toShared, toSharedId } from './json.ts'
import { toPlainEcho } from './standby-echo.ts'

/** What the items of one change (or of a flat body) share. */
export interface Scope extends BusinessNumber {
  /** WhatsApp Business Account id. */
  readonly accountId: string | null
  readonly contacts: ContactList
  /** The contacts belong to one message, and neither to a status nor to an echo. */
  readonly isLoneMessage: boolean
  /** The customer with whom all messages of a history's thread were exchanged. */
  readonly thread: JsonObject | null
}

/**
 * A message of the phone app, live (`echo`) or from a synchronisation (`history`), where echoes
 * stand by themselves, too (`history echo`).
 */
export type MessageOrigin = 'customer' | 'echo' | 'history' | 'history echo'

export interface Notification {
  /** As given; undefined when the change has none. */
  readonly givenField: unknown
  readonly field: string
  readonly value: unknown
  readonly entryTime: unknown
}

/** Gets every item of a webhook in the order of the body, unchecked. */
export interface WebhookVisitor {
  message(item: unknown, scope: Scope, origin: MessageOrigin): void
  status(item: unknown, scope: Scope): void
  error(item: unknown, scope: Scope): void
  notification(notification: Notification, scope: Scope): void
  /** A change of another field than `messages` begins; its items, if it has any, follow. */
  otherField(givenField: unknown): void
  /** Something else is in place of a list, an entry or a change. */
  junk(item: unknown, detail: string): void
}

type ItemLists = 'messages' | 'statuses' | 'errors'

const FLAT_LISTS = ['contacts', 'messages', 'statuses', 'errors']
const ITEM_LISTS: readonly ItemLists[] = ['messages', 'statuses', 'errors']
const ECHO_FIELDS = new Set(['smb_message_echoes', 'message_echoes'])
const STANDBY_LISTS = [...ITEM_LISTS, 'message_echoes']
const NOTHING: readonly unknown[] = []
export const NO_CONTACTS = new ContactList(NOTHING)

/**
 * Walks a webhook of any dialect: the Cloud API envelope (which 360dialog forwards as it is) when
 * there is a list `entry`; the envelope of 360dialog's partners (`event` and `data`, see its pages
 * on partner webhooks and coexistence), which holds one change; else the flat form. An envelope
 * with flat lists beside it is ambiguous: the envelope wins and the lists are junk, for they might
 * repeat its items. Returns what is wrong with the body as a whole, null when it was walked.
 */
export function walkWebhook(root: unknown, visitor: WebhookVisitor): string | null {
  if (!isObject(root)) return 'not a JSON object'
  const { object: product, entry: entries, event, data } = root
  if (product !== undefined && product !== 'whatsapp_business_account') {
    return 'object of another product'
  }
  if (Array.isArray(entries)) {
    walkEnvelope(root, entries, visitor)
    return null
  }
  if (entries === undefined && typeof event === 'string' && data !== undefined) {
    walkChange({ field: event, value: data }, toPartnerEntry(toObject(data) ?? {}), visitor)
    return null
  }
  if (!FLAT_LISTS.some((name) => Array.isArray(root[name]))) {
    return entries === undefined ? 'neither an envelope nor a flat webhook' : 'entry is not a list'
  }
  if (entries !== undefined) visitor.junk(entries, 'entry is not a list')
  walkLists(root, toScope(root, null), visitor)
  return null
}

/**
 * Data that Meta made carries the account's id as its own; other data, about a channel or a
 * client, has an id of that, and names the account beside it.
 */
function toPartnerEntry(data: JsonObject): JsonObject {
  if (data['messaging_product'] !== undefined) return { id: data['id'], time: data['time'] }
  const account = toObject(data['waba_account'])
  return { id: data['waba_id'] ?? account?.['external_id'], time: data['time'] }
}

function walkEnvelope(
  root: JsonObject,
  entries: readonly unknown[],
  visitor: WebhookVisitor,
): void {
  for (const entry of entries) walkEntry(entry, visitor)
  for (const name of ITEM_LISTS) {
    if (root[name] !== undefined) visitor.junk(root[name], `${name} beside an envelope`)
  }
}

function walkEntry(entry: unknown, visitor: WebhookVisitor): void {
  if (!isObject(entry)) return visitor.junk(entry, 'entry is not an object')
  const changes = entry['changes']
  if (!Array.isArray(changes)) return visitor.junk(entry, 'entry without a list of changes')
  for (const change of changes) {
    if (isObject(change)) walkChange(change, entry, visitor)
    else visitor.junk(change, 'change is not an object')
  }
}

/** The field decides before anything is read: calls, for example, have `statuses` of their own. */
function walkChange(change: JsonObject, entry: JsonObject, visitor: WebhookVisitor): void {
  const { field: givenField, value } = change
  const accountId = toSharedId(entry['id'])
  const field = fieldOf(change, entry)
  if (field === 'messages') {
    if (isObject(value)) walkLists(value, toScope(value, accountId), visitor)
    else visitor.junk(change, 'value is not an object')
    return
  }
  visitor.otherField(givenField)
  if (isObject(value) && walkItems(field, value, accountId, visitor)) return
  const about = { ...toScope({}, accountId), ...numberOfChange(field, toObject(value) ?? {}) }
  const entryTime = toShared(entry['time'])
  visitor.notification({ givenField, field, value, entryTime }, about)
}

/** Fields that hold messages; false where this one, or what it holds, has none. */
function walkItems(
  field: string,
  value: JsonObject,
  accountId: string | null,
  visitor: WebhookVisitor,
): boolean {
  if (ECHO_FIELDS.has(field) && Array.isArray(value['message_echoes'])) {
    walkEchoes(value, toScope(value, accountId), visitor, 'echo')
  } else if (field === 'history' && isHistory(value)) {
    walkHistory(value, toScope(value, accountId), visitor)
  } else if (field === 'standby') {
    return walkStandby(value, accountId, visitor)
  } else {
    return false
  }
  return true
}

/**
 * While another sender handles a conversation (Meta Business Agent), all of it is here: messages
 * of the customer, echoes of what that sender wrote, statuses (META webhooks/reference/standby).
 */
function walkStandby(
  value: JsonObject,
  accountId: string | null,
  visitor: WebhookVisitor,
): boolean {
  const inner = toObject(value['standby'])
  const lists = inner === null ? value : { ...value, ...inner }
  if (!STANDBY_LISTS.some((name) => Array.isArray(lists[name]))) return false
  const scope = toScope(lists, accountId)
  walkLists(lists, scope, visitor)
  walkEchoes(lists, scope, visitor, 'echo')
  return true
}

function walkEchoes(
  value: JsonObject,
  scope: Scope,
  visitor: WebhookVisitor,
  origin: MessageOrigin,
): void {
  for (const item of toList(value['message_echoes'], visitor, 'message_echoes')) {
    visitor.message(toPlainEcho(item), scope, origin)
  }
}

/** Some examples of the provider put the field beside the changes, into the value, or nowhere. */
function fieldOf(change: JsonObject, entry: JsonObject): string {
  const value = toObject(change['value'])
  const given = change['field'] ?? toShared(entry['field']) ?? toShared(value?.['field'])
  if (typeof given === 'string') return given
  return value !== null && ITEM_LISTS.some((name) => Array.isArray(value[name])) ? 'messages' : ''
}

function toScope(value: JsonObject, accountId: string | null): Scope {
  const { contacts, message_echoes: echoes, messages, statuses } = value
  const { number, displayNumber } = numberOfMetadata(value)
  return {
    number,
    displayNumber,
    accountId,
    contacts: Array.isArray(contacts) ? new ContactList(contacts) : NO_CONTACTS,
    isLoneMessage: lengthOf(messages) === 1 && lengthOf(statuses) === 0 && lengthOf(echoes) === 0,
    thread: null,
  }
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0
}

function walkLists(value: JsonObject, scope: Scope, visitor: WebhookVisitor): void {
  for (const item of toList(value['messages'], visitor, 'messages')) {
    visitor.message(item, scope, 'customer')
  }
  for (const item of toList(value['statuses'], visitor, 'statuses')) visitor.status(item, scope)
  for (const item of toList(value['errors'], visitor, 'errors')) visitor.error(item, scope)
}

function toList(value: unknown, visitor: WebhookVisitor, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (value !== undefined && value !== null) visitor.junk(value, `${name} is not a list`)
  return NOTHING
}

function isHistory(value: JsonObject): boolean {
  return ['history', 'messages', 'message_echoes', 'errors'].some((name) =>
    Array.isArray(value[name]),
  )
}

/** Threads of old messages; media of either side that follow; or errors, where it was declined. */
function walkHistory(value: JsonObject, scope: Scope, visitor: WebhookVisitor): void {
  for (const chunk of toList(value['history'], visitor, 'history')) {
    if (!isObject(chunk)) {
      visitor.junk(chunk, 'history chunk is not an object')
      continue
    }
    for (const thread of toList(chunk['threads'], visitor, 'threads'))
      walkThread(thread, scope, visitor)
    for (const item of toList(chunk['errors'], visitor, 'errors')) visitor.error(item, scope)
  }
  for (const item of toList(value['messages'], visitor, 'messages')) {
    visitor.message(item, scope, 'history')
  }
  walkEchoes(value, scope, visitor, 'history echo')
  for (const item of toList(value['errors'], visitor, 'errors')) visitor.error(item, scope)
}

function walkThread(thread: unknown, scope: Scope, visitor: WebhookVisitor): void {
  if (!isObject(thread)) return visitor.junk(thread, 'thread is not an object')
  const customer = { wa_id: thread['id'], ...toObject(thread['context']) }
  const threadScope = { ...scope, contacts: new ContactList([customer]), thread: customer }
  for (const item of toList(thread['messages'], visitor, 'messages')) {
    visitor.message(item, threadScope, 'history')
  }
}
