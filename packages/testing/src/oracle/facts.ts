// The oracle reads webhook bodies by itself, sharing no line with packages/whatsapp or
// packages/domain: a mistake made there must not be able to hide here.
import { child, idOf, isJson, type Json, listOf, textOf } from './json.ts'
import {
  type AboutOne,
  aboutMessage,
  aboutStatus,
  type Neighbours,
  neighboursInThread,
  neighboursOf,
} from './people.ts'

/** One thing that a body says about one message. Words: the ladder's, and ours for the rest. */
export interface Fact {
  readonly number: string
  readonly messageId: string
  readonly participant: string
  readonly word: string
  readonly atMs: number | null
  /** Item as the provider sent it. */
  readonly item: Json
  readonly fromBusiness: boolean
  readonly historical: boolean
  readonly about: AboutOne
  readonly accountId: string | null
  /** Digits of the business's own number. */
  readonly displayNumber: string | null
  /** As `readFacts` was given; what is received first and last follows from it. */
  readonly receivedAtMs: number
}

const NOBODY: AboutOne = {
  contactId: null,
  contactUserId: null,
  contactParentUserId: null,
  username: null,
  groupId: null,
  otherwiseId: null,
}

const EARLIEST_SECONDS = Date.UTC(2009, 0, 1) / 1000
const DAY_SECONDS = 86_400

function timeOf(item: Json, nowMs: number): number | null {
  const given = item['timestamp']
  if (typeof given !== 'string' && typeof given !== 'number') return null
  if (!/^\d+$/.test(String(given))) return null
  const seconds = Number(given)
  if (seconds < EARLIEST_SECONDS || seconds > nowMs / 1000 + DAY_SECONDS) return null
  return seconds * 1000
}

interface Place {
  readonly number: string
  readonly nowMs: number
  readonly neighbours: Neighbours
  readonly accountId: string | null
  readonly displayNumber: string | null
  readonly fromBusiness: boolean
  readonly historical: boolean
}

function statusFact(item: Json, place: Place): Fact {
  const { accountId, displayNumber, number, nowMs, neighbours } = place
  const participant =
    textOf(item['recipient_participant_id']) ??
    textOf(item['participant_recipient_id']) ??
    textOf(item['recipient_participant_user_id']) ??
    ''
  const payment = item['type'] === 'payment'
  return {
    number,
    participant: payment ? '' : participant,
    item,
    accountId,
    displayNumber,
    fromBusiness: true,
    historical: false,
    messageId: String(item['id']),
    atMs: timeOf(item, nowMs),
    receivedAtMs: nowMs,
    word: payment ? `payment ${String(item['status'])}` : String(item['status']),
    about: aboutStatus(item, neighbours),
  }
}

function messageFacts(item: Json, place: Place): readonly Fact[] {
  const { accountId, displayNumber, number, nowMs, historical, neighbours } = place
  const isOwn = displayNumber !== null && item['from'] === displayNumber
  const fromBusiness = place.fromBusiness || isOwn
  const about = aboutMessage(item, neighbours, fromBusiness)
  const factOf = (messageId: unknown, word: string): Fact => ({
    number,
    participant: '',
    item,
    accountId,
    displayNumber,
    fromBusiness,
    historical,
    word,
    about,
    receivedAtMs: nowMs,
    messageId: String(messageId),
    atMs: timeOf(item, nowMs),
  })
  switch (item['type']) {
    case 'reaction':
      return [factOf(child(item, 'reaction')['message_id'], 'reaction')]
    case 'edit':
      return [factOf(child(item, 'edit')['original_message_id'], 'edited')]
    case 'revoke':
      return [factOf(child(item, 'revoke')['original_message_id'], 'revoked')]
    default: {
      const answered = textOf(child(item, 'context')['id'])
      const said =
        historical && fromBusiness ? textOf(child(item, 'history_context')['status']) : null
      const known = said?.toLowerCase().replace(/^error$/, 'failed') ?? null
      return [
        factOf(item['id'], 'message'),
        ...(answered === null ? [] : [factOf(answered, 'replied')]),
        ...(known === null ? [] : [{ ...factOf(item['id'], known), atMs: null }]),
      ]
    }
  }
}

function valueFacts(value: Json, place: Omit<Place, 'neighbours'>): readonly Fact[] {
  const beside = { ...place, neighbours: neighboursOf(value) }
  return [
    ...listOf(value['messages']).flatMap((item) => messageFacts(item, beside)),
    ...listOf(value['statuses']).map((item) => statusFact(item, beside)),
  ]
}

function changeFacts(change: Json, accountId: string | null, nowMs: number): readonly Fact[] {
  const value = child(change, 'value')
  const metadata = child(value, 'metadata')
  const place: Place = {
    number: String(metadata['phone_number_id']),
    nowMs,
    accountId,
    displayNumber: digitsOf(metadata['display_phone_number']),
    fromBusiness: false,
    historical: false,
    neighbours: neighboursOf(value),
  }
  switch (change['field']) {
    case 'messages':
      return valueFacts(value, place)
    case 'smb_message_echoes':
    case 'message_echoes':
      return listOf(value['message_echoes']).flatMap((item) =>
        messageFacts(item, { ...place, fromBusiness: true }),
      )
    case 'history': {
      const past = { ...place, historical: true }
      const threads = listOf(value['history']).flatMap((part) => listOf(part['threads']))
      return [
        ...threads.flatMap((thread) => {
          const neighbours = neighboursInThread(thread)
          return listOf(thread['messages']).flatMap((item) =>
            messageFacts(item, { ...past, neighbours }),
          )
        }),
        // Media follow by themselves.
        ...listOf(value['messages']).flatMap((item) => messageFacts(item, past)),
      ]
    }
    case 'standby': {
      const lists = { ...value, ...child(value, 'standby') }
      const neighbours = neighboursOf(lists)
      return [
        ...valueFacts(lists, place),
        ...listOf(lists['message_echoes']).flatMap((item) =>
          messageFacts(toPlainEcho(item), { ...place, neighbours, fromBusiness: true }),
        ),
      ]
    }
    default:
      return []
  }
}

/** Beside other senders an echo may be the request that sent it, with definitions beside it. */
function toPlainEcho(item: Json): Json {
  const { message: request, template, ...beside } = item
  if (!isJson(request)) return item
  const { recipient, to, context, ...sent } = request
  const answered = isJson(context) ? context['message_id'] : undefined
  return {
    ...sent,
    ...(isJson(context) && { context: { ...context, id: answered, message_id: undefined } }),
    ...(to !== undefined && { to }),
    ...(recipient !== undefined && { to_user_id: recipient }),
    ...beside,
    ...(template !== undefined && { template_definition: template }),
  }
}

/** What we did ourselves names everything in each item. */
function ownFacts(body: Json, nowMs: number): readonly Fact[] {
  return listOf(body['events']).map((item) => ({
    number: String(item['number']),
    messageId: String(item['message_id']),
    participant: '',
    word: 'marked read',
    atMs: Number(item['marked_at']),
    item,
    fromBusiness: true,
    historical: false,
    about: NOBODY,
    accountId: null,
    displayNumber: null,
    receivedAtMs: nowMs,
  }))
}

/** Facts of one well-formed body; `flatNumber` is the number of the channel for flat bodies. */
export function readFacts(
  body: Json,
  where: { flatNumber: string; nowMs: number },
): readonly Fact[] {
  const { data, version } = body
  if (version !== undefined) return ownFacts(body, where.nowMs)
  if (isJson(data)) {
    // 360dialog's partners get one change, whose value has the account's id.
    return changeFacts({ field: body['event'], value: data }, idOf(data['id']), where.nowMs)
  }
  if (!Array.isArray(body['entry'])) {
    return valueFacts(body, {
      number: where.flatNumber,
      nowMs: where.nowMs,
      accountId: null,
      displayNumber: null,
      fromBusiness: false,
      historical: false,
    })
  }
  return listOf(body['entry']).flatMap((entry) =>
    listOf(entry['changes']).flatMap((change) =>
      changeFacts(change, idOf(entry['id']), where.nowMs),
    ),
  )
}

function digitsOf(given: unknown): string | null {
  return idOf(given)?.replaceAll(/\D/g, '') ?? null
}
