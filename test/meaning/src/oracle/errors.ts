import { changesOf } from './changes.ts'
import { eventTypeOf, identityOf, isEvent } from './event-views.ts'
import { firstOfEach, groupBy, type Row } from './expected.ts'
import { type HeardFact } from './heard.ts'
import { listOf, objectIn, textIn } from './json.ts'
import { type CodeFacts } from './message-views.ts'
import { type Json } from '../stories/story.ts'
import { type Webhook } from '../stories/tell-story.ts'

export interface HeardError {
  readonly receivedAtMs: number
  readonly number: string
  readonly source: string
  /** Whose error it is; empty where nobody's. */
  readonly owner: Json
  readonly error: Json
  readonly event_at: number | null
}

const MINUTE_MS = 60_000

const detailsOf = (error: Json): string => textIn(objectIn(error, 'error_data'), 'details') ?? ''

/** Errors of messages and statuses, and those about none: these only once within a minute. */
export function expectErrors(
  webhooks: readonly Webhook[],
  facts: readonly HeardFact[],
  { codes, flatNumber }: { readonly codes: readonly CodeFacts[]; readonly flatNumber: string },
): readonly Row[] {
  const ofNone = groupBy(
    ownErrors(webhooks, flatNumber).toSorted((a, b) => a.receivedAtMs - b.receivedAtMs),
    ({ error, number }) => [number, error['code'], error['title'], detailsOf(error)],
  ).flatMap((same) =>
    same.filter(({ receivedAtMs }, place) => {
      const before = same[place - 1]?.receivedAtMs ?? Number.NEGATIVE_INFINITY
      return receivedAtMs > before + MINUTE_MS
    }),
  )
  const given = [...firstOfEach(attachedErrors(facts), ({ identity }) => identity), ...ofNone]
  return given.map(({ error, event_at, number, owner, receivedAtMs, source }) => {
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
      details: detailsOf(error),
      href: textIn(error, 'href') ?? '',
    }
  })
}

/** What makes an error of a report the same when this comes again: not its words. */
function attachedErrors(
  facts: readonly HeardFact[],
): readonly (HeardError & { readonly identity: unknown })[] {
  const sources: Readonly<Record<string, string>> = {
    MessageReceived: 'message',
    MessageStatusChanged: 'status',
    PaymentStatusChanged: 'payment',
  }
  return facts.filter(isEvent).flatMap((fact) => {
    const source = sources[eventTypeOf(fact)]
    if (source === undefined) return []
    return listOf(fact.item['errors']).map((error, place) => ({
      identity: [identityOf(fact), error['code'], place],
      receivedAtMs: fact.receivedAtMs,
      number: fact.number,
      source,
      owner: fact.item,
      error,
      event_at: fact.atMs,
    }))
  })
}

/** Errors about no message, as often as they came. */
export function ownErrors(webhooks: readonly Webhook[], flatNumber: string): readonly HeardError[] {
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
