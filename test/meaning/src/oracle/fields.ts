import { documentedFields } from '@wabastream/contracts'
import { type HeardChange, timeOf } from './changes.ts'
import { type HeardError } from './errors.ts'
import { eventTypeOf, identityOf, isEvent } from './event-views.ts'
import { firstOf, firstOfEach, groupBy, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { isObject, textIn } from './json.ts'

interface Leaf {
  readonly path: string
  readonly places: readonly number[]
  readonly value: unknown
}

/** Every text, number and truth of a value. A name that may be an id is `*`. */
function leavesOf(value: unknown, path = '', places: readonly number[] = []): readonly Leaf[] {
  if (Array.isArray(value)) {
    return value.flatMap((one: unknown, place) =>
      leavesOf(one, `${path}[]`, [...places, place + 1]),
    )
  }
  if (!isObject(value))
    return value === null || value === undefined ? [] : [{ path, places, value }]
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = /^[a-z_][\w-]*$/i.test(name) && !/\d{5}/.test(name) ? name : '*'
    return leavesOf(inner, path === '' ? step : `${path}.${step}`, places)
  })
}

/** What account events say, value by value. */
export function expectEventFields(
  changes: readonly HeardChange[],
  flatNumber: string,
): readonly Row[] {
  return changes.flatMap((change) =>
    leavesOf(change.value).map(({ path, places, value }) => ({
      field: change.field,
      received_at: change.receivedAtMs,
      event_at: timeOf(change),
      account_id: change.account,
      number: change.number ?? flatNumber,
      event: textIn(change.value, 'event') ?? '',
      path,
      places,
      value: JSON.isRawJSON(value) ? JSON.stringify(value) : String(value),
    })),
  )
}

/** What is read of every value: whose it is, when it was, and what happened. */
const OF_ANY = /^(event|field|messaging_product|timestamp|metadata\.(display_)?phone_number(_id)?)$/

/** A partner's envelope brings id and time of the entry within Meta's own data. */
const OF_PARTNERS = /^(id|time)$/

const ERRORS = String.raw`errors\[\]\.(code|title|message|href|error_data\.details)`
const PRICE = String.raw`pricing\.(pricing_model|type|category|billable)`
const REFERRAL = 'referral.(source_(type|id|url)|headline|body|media_type|ctwa_clid)'

/** What has a place in an event and the views of it; an item's content is beside. */
const HELD: Readonly<Record<string, string>> = {
  MessageReceived:
    'type|group_id|from(_parent)?(_user_id)?|context.(id|forwarded)|' +
    [ERRORS, REFERRAL].join('|'),
  MessageEchoed:
    'type|from|to(_user_id)?|context.id|history_context.status|template_definition.(name|category)' +
    `|${REFERRAL}`,
  MessageEdited: 'type|group_id|from(_parent)?(_user_id)?|edit.original_message_id',
  MessageReacted: 'type|group_id|from(_parent)?(_user_id)?|reaction.*',
  MessageRevoked: 'type|group_id|from(_parent)?(_user_id)?|revoke.*',
  MessageStatusChanged:
    'status|recipient_(id|type|user_id)|(recipient_participant|participant_recipient)(_user)?_id' +
    `|conversation.(id|origin.type)|${PRICE}|biz_opaque_callback_data|${ERRORS}`,
  PaymentStatusChanged: 'type|status|recipient_(id|user_id)|payment.*',
}

interface Unknown {
  readonly event_type: string
  readonly field: string
  readonly message_type: string
  readonly path: string
  readonly receivedAtMs: number
  /** What makes two reports of it the same. */
  readonly event: unknown
}

/** What arrives and nobody reads; each event counts once. */
export function expectUnknownFields({
  changes,
  errors,
  facts,
}: {
  readonly changes: readonly HeardChange[]
  readonly facts: readonly HeardFact[]
  /** Those about no message. */
  readonly errors: readonly HeardError[]
}): readonly Row[] {
  const given = [
    ...unknownOfChanges(changes),
    ...facts.filter(isEvent).flatMap(unknownOfFact),
    ...errors.flatMap(unknownOfError),
  ]
  const once = firstOfEach(given, ({ event, event_type, field, message_type, path }) => [
    event,
    event_type,
    field,
    message_type,
    path,
  ])
  return groupBy(once, ({ event_type, field, message_type, path }) => [
    event_type,
    field,
    message_type,
    path,
  ]).map((group) => {
    const times = group.map(({ receivedAtMs }) => receivedAtMs)
    const { event_type, field, message_type, path } = firstOf(group)
    return {
      event_type,
      field,
      message_type,
      path,
      events: group.length,
      first_received_at: Math.min(...times),
      last_received_at: Math.max(...times),
    }
  })
}

function unknownOfChanges(changes: readonly HeardChange[]): readonly Unknown[] {
  return changes.flatMap((change, event) =>
    leavesOf(change.value)
      .filter(({ path }) => !isKnown(path, change))
      .map(({ path }) => ({
        event_type: 'AccountEventReceived',
        field: change.field,
        message_type: '',
        path,
        receivedAtMs: change.receivedAtMs,
        event,
      })),
  )
}

const OF_ERRORS = /^(code|title|message|href|timestamp|details|error_data\.details)$/

function unknownOfError({ error, number, receivedAtMs }: HeardError): readonly Unknown[] {
  return leavesOf(error)
    .filter(({ path }) => !OF_ERRORS.test(path))
    .map(({ path }) => ({
      event_type: 'ErrorReported',
      field: '',
      message_type: '',
      path,
      receivedAtMs,
      event: [number, error['code'], error['title'], error['error_data']],
    }))
}

function isKnown(path: string, { field, value }: HeardChange): boolean {
  if (OF_ANY.test(path) || path in (documentedFields[field] ?? {})) return true
  return 'messaging_product' in value && OF_PARTNERS.test(path)
}

function unknownOfFact(fact: HeardFact): readonly Unknown[] {
  const { item, receivedAtMs } = fact
  const event_type = eventTypeOf(fact)
  const held = HELD[event_type]
  if (held === undefined || fact.word === 'replied') return []
  const isMessage = fact.word === 'message'
  const content = isMessage ? (textIn(item, 'type') ?? 'unknown') : contentOfEdit(fact)
  const read = new RegExp(`^(id|timestamp|${held})$`)
  return leavesOf(item)
    .filter(({ path }) => !read.test(path) && !isWithin(path, content))
    .map(({ path }) => ({
      event_type,
      field: '',
      message_type: isMessage ? content : '',
      path,
      receivedAtMs,
      event: identityOf(fact),
    }))
}

function contentOfEdit({ item, word }: HeardFact): string {
  if (word !== 'edited' || !isObject(item['edit'])) return ''
  const { message } = item['edit']
  return isObject(message) ? `edit.message.${textIn(message, 'type') ?? ''}` : ''
}

const isWithin = (path: string, start: string): boolean =>
  start !== '' && [`${start}.`, `${start}[]`].some((begin) => path.startsWith(begin))
