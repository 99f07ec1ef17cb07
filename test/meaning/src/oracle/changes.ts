import { firstOfEach, type Row } from './expected.ts'
import { isObject, listOf, objectIn, textIn } from './json.ts'
import { type Json } from '../stories/story.ts'
import { type Webhook } from '../stories/tell-story.ts'

export interface HeardChange {
  readonly receivedAtMs: number
  readonly account: string
  readonly number: string | null
  readonly field: string
  readonly time: unknown
  readonly value: Json
}

/** The changes of a body; a flat body is one itself. */
export function changesOf(body: Json, receivedAt: number): readonly HeardChange[] {
  return entriesOf(body).flatMap((entry) =>
    listOf(entry['changes']).map((change) => ({
      receivedAtMs: receivedAt,
      account: textIn(entry, 'id') ?? '',
      number: textIn(objectIn(objectIn(change, 'value'), 'metadata'), 'phone_number_id'),
      field: textIn(change, 'field') ?? '',
      time: entry['time'],
      value: objectIn(change, 'value'),
    })),
  )
}

/** A partner's envelope is one change, whose value has id and time of the entry. */
function entriesOf(body: Json): readonly Json[] {
  const { data, event } = body
  if (!isObject(data)) return listOf(body['entry'])
  return [{ id: data['id'], time: data['time'], changes: [{ field: event, value: data }] }]
}

const OF_MESSAGES = new Set(['messages', 'history', 'smb_message_echoes', 'standby'])

/** Changes of accounts, each once however often it comes. */
export function hearChanges(webhooks: readonly Webhook[]): readonly HeardChange[] {
  const changes = webhooks.flatMap(({ body, receivedAt }) => changesOf(body, receivedAt))
  return firstOfEach(
    changes.filter(({ field }) => !OF_MESSAGES.has(field)),
    ({ account, field, number, time, value }) => [account, field, number, time, value],
  )
}

export const timeOf = ({ time, value }: HeardChange): number | null => {
  const given = time ?? value['timestamp']
  return typeof given === 'number' ? given * 1000 : null
}

const displayOf = (value: Json): string =>
  [objectIn(value, 'metadata'), value]
    .map((place) => textIn(place, 'display_phone_number'))
    .find((text) => text !== null) ?? ''

export function expectAccountEvents(
  changes: readonly HeardChange[],
  flatNumber: string,
): readonly Row[] {
  return changes.map((change) => ({
    field: change.field,
    received_at: change.receivedAtMs,
    number: change.number ?? flatNumber,
    channel: 'main',
    account_id: change.account,
    event: textIn(change.value, 'event') ?? '',
    event_at: timeOf(change),
    display_number: displayOf(change.value).replaceAll(/\D/g, ''),
    payload: JSON.stringify(change.value),
  }))
}
