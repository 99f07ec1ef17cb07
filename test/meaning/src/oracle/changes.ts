import { firstOfEach, groupBy, type Row } from './expected.ts'
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

/** Of its metadata, or the one that an alert is about. */
const numberOf = (value: Json): string | null =>
  textIn(objectIn(value, 'metadata'), 'phone_number_id') ??
  (value['entity_type'] === 'PHONE_NUMBER' ? textIn(value, 'entity_id') : null)

/** The changes of a body; a flat body is one itself. */
export function changesOf(body: Json, receivedAt: number): readonly HeardChange[] {
  return entriesOf(body).flatMap((entry) =>
    listOf(entry['changes']).map((change) => ({
      receivedAtMs: receivedAt,
      account: textIn(entry, 'id') ?? '',
      number: numberOf(objectIn(change, 'value')),
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

/** Their items have times of their own, so that one that comes again is the same. */
const WITH_OWN_TIMES = new Set(['calls', 'user_preferences', 'user_id_update'])
const WEEK_MS = 7 * 86_400_000

/**
 * Changes of accounts, each once however often it comes. One without a time is the same until
 * another is reported of its subject, or a week is over.
 */
export function hearChanges(webhooks: readonly Webhook[]): readonly HeardChange[] {
  const changes = webhooks
    .flatMap(({ body, receivedAt }) => changesOf(body, receivedAt))
    .filter(({ field }) => !OF_MESSAGES.has(field))
  const isTimed = (one: HeardChange): boolean =>
    timeOf(one) !== null || WITH_OWN_TIMES.has(one.field)
  const timed = firstOfEach(changes.filter(isTimed), ({ account, field, number, time, value }) => [
    account,
    field,
    number,
    time,
    value,
  ])
  const untimed = groupBy(
    changes.filter((one) => !isTimed(one)).toSorted((a, b) => a.receivedAtMs - b.receivedAtMs),
    ({ account, field, value }) => [account, field, subjectOf(value)],
  )
  return [
    ...timed,
    ...untimed.flatMap((group) =>
      group.filter(({ receivedAtMs, value }, place) => {
        const before = group[place - 1]
        const isSame = JSON.stringify(before?.value) === JSON.stringify(value)
        return !isSame || receivedAtMs > (before?.receivedAtMs ?? 0) + WEEK_MS
      }),
    ),
  ]
}

const subjectOf = (value: Json): readonly unknown[] => [
  textIn(value, 'display_phone_number')?.replaceAll(/\D/g, ''),
  value['message_template_id'],
  value['entity_id'],
  value['message_template_language'],
]

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
