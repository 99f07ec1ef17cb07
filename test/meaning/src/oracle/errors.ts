import { changesOf } from './changes.ts'
import { eventTypeOf, isEvent } from './event-views.ts'
import { firstOfEach, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, objectIn, textIn } from './json.ts'
import { type CodeFacts } from './message-views.ts'
import { type Json } from '../stories/story.ts'
import { type Webhook } from '../stories/tell-story.ts'

interface HeardError {
  readonly receivedAtMs: number
  readonly number: string
  readonly source: string
  /** Whose error it is; empty where nobody's. */
  readonly owner: Json
  readonly error: Json
  readonly event_at: number | null
}

const MINUTE_MS = 60_000

/** Errors beside messages and statuses, and those about none: these only once a minute. */
export function expectErrors(
  webhooks: readonly Webhook[],
  facts: readonly HeardFact[],
  { codes, flatNumber }: { readonly codes: readonly CodeFacts[]; readonly flatNumber: string },
): readonly Row[] {
  const given = [...attachedErrors(facts), ...ownErrors(webhooks, flatNumber)]
  const identity = ({ error, event_at, number, owner, receivedAtMs, source }: HeardError) => [
    number,
    source,
    event_at,
    owner['id'],
    owner['recipient_participant_id'] ?? owner['participant_recipient_id'],
    owner['recipient_participant_user_id'],
    error['code'],
    error['title'],
    error['message'],
    objectIn(error, 'error_data')['details'],
    source === 'out_of_band' ? Math.floor(receivedAtMs / MINUTE_MS) : 0,
  ]
  return firstOfEach(given, identity).map(
    ({ error, event_at, number, owner, receivedAtMs, source }) => {
      const known = codes.find(({ code }) => code === error['code'])
      return {
        received_at: receivedAtMs,
        event_at,
        number,
        source,
        channel: 'main',
        message_id: textIn(owner, 'id') ?? '',
        code: error['code'],
        meaning: known?.meaning ?? '',
        who_can_act: known?.who_can_act ?? '',
        retryable: known?.retryable ?? false,
        title: textIn(error, 'title') ?? '',
        message: textIn(error, 'message') ?? '',
        details: textIn(objectIn(error, 'error_data'), 'details') ?? '',
        href: textIn(error, 'href') ?? '',
      }
    },
  )
}

function attachedErrors(facts: readonly HeardFact[]): readonly HeardError[] {
  const sources: Readonly<Record<string, string>> = {
    MessageReceived: 'message',
    MessageStatusChanged: 'status',
    PaymentStatusChanged: 'payment',
  }
  return facts.filter(isEvent).flatMap((fact) => {
    const source = sources[eventTypeOf(fact)]
    if (source === undefined) return []
    return listOf(fact.item['errors']).map((error) => ({
      receivedAtMs: fact.receivedAtMs,
      number: fact.number,
      source,
      owner: fact.item,
      error,
      event_at: fact.atMs,
    }))
  })
}

function ownErrors(webhooks: readonly Webhook[], flatNumber: string): readonly HeardError[] {
  return webhooks.flatMap(({ body, receivedAt }) =>
    valuesOf(body).flatMap(({ number, value }) =>
      listOf(value['errors']).map((error) => ({
        receivedAtMs: receivedAt,
        number: number ?? flatNumber,
        source: 'out_of_band',
        owner: {},
        error,
        event_at: null,
      })),
    ),
  )
}

function valuesOf(body: Json): readonly { readonly number: string | null; readonly value: Json }[] {
  return 'entry' in body || 'data' in body
    ? changesOf(body, 0).filter(({ field }) => field === 'messages')
    : [{ number: null, value: body }]
}
