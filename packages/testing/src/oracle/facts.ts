// The oracle reads webhook bodies by itself, sharing no line with packages/whatsapp or
// packages/domain: a mistake made there must not be able to hide here.

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
}

export type Json = { readonly [key: string]: unknown }

const EARLIEST_SECONDS = Date.UTC(2009, 0, 1) / 1000
const DAY_SECONDS = 86_400

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : []
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function child(item: Json, name: string): Json {
  const value = item[name]
  return isJson(value) ? value : {}
}

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
  readonly fromBusiness: boolean
  readonly historical: boolean
}

function statusFact(item: Json, { number, nowMs }: Place): Fact {
  const participant =
    textOf(item['recipient_participant_id']) ?? textOf(item['participant_recipient_id']) ??
    textOf(item['recipient_participant_user_id']) ?? ''
  const payment = item['type'] === 'payment'
  return {
    number, participant: payment ? '' : participant, item, fromBusiness: true, historical: false,
    messageId: String(item['id']), atMs: timeOf(item, nowMs),
    word: payment ? `payment ${String(item['status'])}` : String(item['status']),
  }
}

function messageFacts(item: Json, place: Place): readonly Fact[] {
  const { number, nowMs, fromBusiness, historical } = place
  const about = (messageId: unknown, word: string): Fact => ({
    number, participant: '', item, fromBusiness, historical, word,
    messageId: String(messageId), atMs: timeOf(item, nowMs),
  })
  switch (item['type']) {
    case 'reaction': return [about(child(item, 'reaction')['message_id'], 'reaction')]
    case 'edit': return [about(child(item, 'edit')['original_message_id'], 'edited')]
    case 'revoke': return [about(child(item, 'revoke')['original_message_id'], 'revoked')]
    default: {
      const answered = textOf(child(item, 'context')['id'])
      const known = historical && fromBusiness ? textOf(child(item, 'history_context')['status']) : null
      return [
        about(item['id'], 'message'), ...(answered === null ? [] : [about(answered, 'replied')]),
        ...(known === null ? [] : [{ ...about(item['id'], known.toLowerCase()), atMs: null }]),
      ]
    }
  }
}

function valueFacts(value: Json, place: Place): readonly Fact[] {
  return [
    ...listOf(value['messages']).flatMap((item) => messageFacts(item, place)),
    ...listOf(value['statuses']).map((item) => statusFact(item, place)),
  ]
}

function changeFacts(change: Json, nowMs: number): readonly Fact[] {
  const value = child(change, 'value')
  const metadata = child(value, 'metadata')
  const place: Place = {
    number: String(metadata['phone_number_id']), nowMs, fromBusiness: false, historical: false,
  }
  switch (change['field']) {
    case 'messages': return valueFacts(value, place)
    case 'smb_message_echoes':
    case 'message_echoes':
      return listOf(value['message_echoes'])
        .flatMap((item) => messageFacts(item, { ...place, fromBusiness: true }))
    case 'history': {
      const ours = String(metadata['display_phone_number']).replaceAll(/\D/g, '')
      return listOf(value['history']).flatMap((part) => listOf(part['threads']))
        .flatMap((thread) => listOf(thread['messages']))
        .flatMap((item) => messageFacts(item, {
          ...place, historical: true, fromBusiness: item['from'] === ours,
        }))
    }
    default: return []
  }
}

/** Facts of one well-formed body; `flatNumber` is the number of the channel for flat bodies. */
export function readFacts(body: Json, where: { flatNumber: string; nowMs: number }): readonly Fact[] {
  if (!Array.isArray(body['entry'])) {
    return valueFacts(body, {
      number: where.flatNumber, nowMs: where.nowMs, fromBusiness: false, historical: false,
    })
  }
  return listOf(body['entry']).flatMap((entry) => listOf(entry['changes']))
    .flatMap((change) => changeFacts(change, where.nowMs))
}
