import { createHash } from 'node:crypto'
import {
  type TableRow,
  toTableRows,
  toTimelineAliasRow,
  toTimelineRow,
} from '@wabastream/clickhouse'
import { type MessageEvent, targetOf, type WhatsAppEvent } from '@wabastream/contracts'
import { decideTransitions, evolve, initialTimeline, timelineKey } from '@wabastream/domain'
import { translateWebhook } from '@wabastream/whatsapp'

/** Of bodies that name no number. */
export const CONFIGURED_NUMBER = '106540352242922'
const EXPIRY_MS = 45 * 86_400_000

/** A webhook's body, and when it came. */
export interface Told {
  readonly body: Uint8Array
  readonly receivedAt: number
  /** Where it stands in the log, where this is not its place in the list. */
  readonly offset?: number
  /** A record of our own. */
  readonly isOwn?: boolean
}

/**
 * The rows that webhooks become on their way through decoder, timeline processor and sink, without
 * what stands between these; every state of a timeline is a row. Throws on what is not understood.
 */
export function toRows(webhooks: readonly Told[]): readonly TableRow[] {
  const timelines = new Map<string, ReturnType<typeof evolve>>()
  return webhooks.flatMap((webhook, place) => {
    const offset = webhook.offset ?? place
    return toEvents(webhook, offset).flatMap((event) => [
      ...toTableRows(event, { partition: 0, offset }),
      ...(isAboutMessage(event) ? fold(event, timelines, offset) : []),
    ])
  })
}

function toEvents(
  { body, isOwn = false, receivedAt }: Told,
  rawOffset: number,
): readonly WhatsAppEvent[] {
  const { deadLetters, events } = translateWebhook(body, {
    receiptId: `receipt-${rawOffset}`,
    receivedAt,
    isOwn,
    channel: 'main',
    configuredNumber: CONFIGURED_NUMBER,
    rawPartition: 0,
    rawOffset,
    hashText: (text) => createHash('sha256').update(text).digest('hex'),
  })
  if (deadLetters.length > 0) throw new Error(`not understood: ${JSON.stringify(deadLetters)}`)
  return events
}

function isAboutMessage(event: WhatsAppEvent): event is MessageEvent {
  return event.type !== 'ErrorReported' && event.type !== 'AccountEventReceived'
}

function fold(
  event: MessageEvent,
  timelines: Map<string, ReturnType<typeof evolve>>,
  offset: number,
): readonly TableRow[] {
  const key = timelineKey(targetOf(event))
  const before = timelines.get(key)
  const after = evolve(before ?? initialTimeline(event), event)
  timelines.set(key, after)
  const alias = toTimelineAliasRow(after)
  return [
    { table: 'message_timeline', cells: toTimelineRow(after) },
    ...(alias === undefined ? [] : [{ table: 'contact_aliases' as const, cells: alias }]),
    ...decideTransitions({ before, after, event, expiryMs: EXPIRY_MS }).flatMap((data) =>
      toTableRows({ type: 'StatusTransition', data }, { partition: 0, offset }),
    ),
  ]
}
