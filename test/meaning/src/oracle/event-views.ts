import { firstOf, groupBy, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, objectIn, textIn } from './json.ts'
import { countryOf } from './places.ts'
import { type Json } from '../stories/story.ts'

const ACTS: Readonly<Record<string, string>> = {
  replied: 'MessageReplied',
  reaction: 'MessageReacted',
  edited: 'MessageEdited',
  revoked: 'MessageRevoked',
}

/** What a history says of its message's fate is in the message's own event. */
export const isEvent = ({ historical, word }: HeardFact): boolean =>
  !historical || word === 'message' || word in ACTS

export const eventTypeOf = ({ fromBusiness, word }: HeardFact): string => {
  if (word === MARKED) return 'MessageMarkedRead'
  if (word === 'message') return fromBusiness ? 'MessageEchoed' : 'MessageReceived'
  return (
    ACTS[word] ?? (word.startsWith('payment ') ? 'PaymentStatusChanged' : 'MessageStatusChanged')
  )
}

/** What makes two reports the same: neither the time of arrival nor what stands beside. */
export function identityOf(fact: HeardFact): readonly unknown[] {
  const { item, messageId, number, participant, word } = fact
  const refunds = listOf(objectIn(item, 'payment')['refunds']).length
  return [
    number,
    messageId,
    eventTypeOf(fact),
    item['id'],
    word,
    participant,
    item['timestamp'] ?? item['marked_at'],
    refunds,
  ]
}

export const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'media_placeholder',
  'unsupported',
  'unknown',
])

/** What stands for a message that comes later, which is the same event. */
const isVague = ({ item, word }: HeardFact): boolean =>
  word === 'message' && PLACEHOLDERS.has(textIn(item, 'type') ?? 'unknown')

/** Every event has a row here, whatever it is about. */
export function expectMessageEvents({
  changes,
  facts,
  errors,
}: {
  readonly facts: readonly HeardFact[]
  readonly changes: readonly Row[]
  readonly errors: readonly Row[]
}): readonly Row[] {
  const aboutNone = { ...NO_MESSAGE, channel: 'main' }
  return [
    ...expectOfMessages(facts),
    ...changes.map(({ event, event_at, field, number, received_at }) => ({
      ...aboutNone,
      number,
      received_at,
      event_at,
      event_type: 'AccountEventReceived',
      status: event,
      field,
    })),
    ...errors
      .filter(({ source }) => source === 'out_of_band')
      .map(({ code, event_at, number, received_at }) => ({
        ...aboutNone,
        number,
        received_at,
        event_at,
        event_type: 'ErrorReported',
        error_codes: [code],
      })),
  ]
}

/** What we did, which is no act of a person. */
const MARKED = 'marked read'

const NO_MESSAGE = {
  message_id: '',
  participant: '',
  carrier_id: '',
  from_business: null,
  status: '',
  message_type: '',
  contact_id: '',
  contact_user_id: '',
  group_id: '',
  emoji: null,
  in_reply_to: '',
  historical: false,
  callback_data: '',
  pricing_category: '',
  error_codes: [],
  field: '',
  template_name: '',
  template_category: '',
  country: '',
}

function expectOfMessages(facts: readonly HeardFact[]): readonly Row[] {
  return groupBy(facts.filter(isEvent), identityOf).map((group) => {
    const fact = firstOf(
      group.toSorted(
        (a, b) => Number(isVague(a)) - Number(isVague(b)) || a.receivedAtMs - b.receivedAtMs,
      ),
    )
    const { about, item, word } = fact
    const type = eventTypeOf(fact)
    const isAct = word in ACTS
    const isSaid = word === 'message'
    const row = {
      ...NO_MESSAGE,
      number: fact.number,
      channel: 'main',
      received_at: fact.receivedAtMs,
      message_id: fact.messageId,
      event_type: type,
      event_at: fact.atMs,
      participant: fact.participant,
      contact_id: about.contactId ?? '',
      contact_user_id: about.contactUserId ?? '',
      group_id: about.groupId ?? '',
      historical: fact.historical,
      // Those of an echo stay beside what nobody reads.
      error_codes:
        isAct || type === 'MessageEchoed' ? [] : listOf(item['errors']).map(({ code }) => code),
      ...(word === MARKED
        ? { status: item['asked_by'] }
        : isAct
          ? ofAct(fact)
          : isSaid
            ? ofMessage(fact)
            : ofStatus(item, type)),
    }
    const { contact_id: phone, contact_user_id: userId } = row
    return { ...row, country: countryOf({ phone, userId }) }
  })
}

function ofAct({ fromBusiness, item, word }: HeardFact): Row {
  return {
    carrier_id: item['id'],
    from_business: fromBusiness,
    ...(fromBusiness ? { contact_id: String(item['from']), contact_user_id: '' } : {}),
    emoji: word === 'reaction' ? textIn(objectIn(item, 'reaction'), 'emoji') : null,
  }
}

function ofMessage({ fromBusiness, item }: HeardFact): Row {
  const [sent, defined] = [objectIn(item, 'template'), objectIn(item, 'template_definition')]
  return {
    template_name: (fromBusiness && (textIn(sent, 'name') ?? textIn(defined, 'name'))) || '',
    template_category:
      (fromBusiness && (textIn(defined, 'category') ?? textIn(sent, 'category'))) || '',
    message_type: textIn(item, 'type') ?? 'unknown',
    in_reply_to: textIn(objectIn(item, 'context'), 'id') ?? '',
  }
}

function ofStatus(item: Json, type: string): Row {
  if (type === 'PaymentStatusChanged') return { status: String(item['status']) }
  return {
    status: String(item['status']),
    callback_data: textIn(item, 'biz_opaque_callback_data') ?? '',
    pricing_category: textIn(objectIn(item, 'pricing'), 'category') ?? '',
  }
}
