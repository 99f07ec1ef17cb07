// The oracle reads webhook bodies by itself and shares no line with packages/whatsapp or
// packages/domain, so that a mistake there cannot hide here.
import { child, type Json, listOf, textOf } from './json.ts'
import {
  type About,
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
  readonly about: About
  /** The time given to `readFacts`; it decides what was received first and last. */
  readonly receivedAtMs: number
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
  readonly fromBusiness: boolean
  readonly historical: boolean
}

function statusFact(item: Json, { number, nowMs, neighbours }: Place): Fact {
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
  const { number, nowMs, fromBusiness, historical, neighbours } = place
  const about = aboutMessage(item, neighbours, fromBusiness)
  const factOf = (messageId: unknown, word: string): Fact => ({
    number,
    participant: '',
    item,
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
      const known =
        historical && fromBusiness ? textOf(child(item, 'history_context')['status']) : null
      return [
        factOf(item['id'], 'message'),
        ...(answered === null ? [] : [factOf(answered, 'replied')]),
        ...(known === null ? [] : [{ ...factOf(item['id'], known.toLowerCase()), atMs: null }]),
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

function changeFacts(change: Json, nowMs: number): readonly Fact[] {
  const value = child(change, 'value')
  const metadata = child(value, 'metadata')
  const place: Place = {
    number: String(metadata['phone_number_id']),
    nowMs,
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
      const ours = String(metadata['display_phone_number']).replaceAll(/\D/g, '')
      return listOf(value['history'])
        .flatMap((part) => listOf(part['threads']))
        .flatMap((thread) =>
          listOf(thread['messages']).flatMap((item) =>
            messageFacts(item, {
              ...place,
              historical: true,
              fromBusiness: item['from'] === ours,
              neighbours: neighboursInThread(thread),
            }),
          ),
        )
    }
    default:
      return []
  }
}

/** Facts of one well-formed body; `flatNumber` is the number of the channel for flat bodies. */
export function readFacts(
  body: Json,
  where: { flatNumber: string; nowMs: number },
): readonly Fact[] {
  if (!Array.isArray(body['entry'])) {
    return valueFacts(body, {
      number: where.flatNumber,
      nowMs: where.nowMs,
      fromBusiness: false,
      historical: false,
    })
  }
  return listOf(body['entry'])
    .flatMap((entry) => listOf(entry['changes']))
    .flatMap((change) => changeFacts(change, where.nowMs))
}
