import { type ErrorDetail, type EventEnvelope, type WhatsAppEvent } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const errorColumns = [
  'number',
  'received_at',
  'raw_partition',
  'raw_offset',
  'item_index',
  'error_index',
  'source',
  'channel',
  'event_at',
  'message_id',
  'code',
  'title',
  'message',
  'details',
  'href',
] as const

type ErrorRow = Row<typeof errorColumns>

/** Events whose item may come with errors. */
type EventWithErrors = Extract<
  WhatsAppEvent,
  { readonly data: { readonly errors: readonly ErrorDetail[] } }
>

/** What `source` calls the item. */
const SOURCES: Readonly<Record<EventWithErrors['type'], ErrorOrigin['source']>> = {
  MessageReceived: 'message',
  MessageStatusChanged: 'status',
  PaymentStatusChanged: 'payment',
}

/** Every error that came with the event, attached to its item or out of band; usually none. */
export function toErrorRows(event: WhatsAppEvent): readonly ErrorRow[] {
  if (hasErrors(event)) return attached(SOURCES[event.type], event.data)
  if (event.type !== 'ErrorReported') return NONE
  const { envelope, error } = event.data
  return [toErrorRow({ envelope, source: 'out_of_band', messageId: '' }, error, 0)]
}

function hasErrors(event: WhatsAppEvent): event is EventWithErrors {
  return event.type in SOURCES
}

const NONE: readonly ErrorRow[] = []

function attached(
  source: ErrorOrigin['source'],
  {
    envelope,
    messageId,
    errors,
  }: {
    readonly envelope: EventEnvelope
    readonly messageId: string
    readonly errors: readonly ErrorDetail[]
  },
): readonly ErrorRow[] {
  if (errors.length === 0) return NONE
  return errors.map((error, index) => toErrorRow({ envelope, source, messageId }, error, index))
}

function toErrorRow(origin: ErrorOrigin, error: ErrorDetail, index: number): ErrorRow {
  const { envelope, source, messageId } = origin
  return [
    envelope.number,
    envelope.receivedAt,
    envelope.rawPartition,
    envelope.rawOffset,
    envelope.itemIndex,
    index,
    source,
    envelope.channel,
    envelope.providerTime,
    messageId,
    error.code,
    error.title ?? '',
    error.message ?? '',
    error.details ?? '',
    error.href ?? '',
  ]
}

interface ErrorOrigin {
  readonly envelope: EventEnvelope
  readonly source: 'out_of_band' | 'message' | 'status' | 'payment'
  readonly messageId: string
}
