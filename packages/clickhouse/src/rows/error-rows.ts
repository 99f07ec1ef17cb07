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

/** Every error that came with the event, attached to its item or out of band; mostly none. */
export function toErrorRows(event: WhatsAppEvent): readonly ErrorRow[] {
  switch (event.type) {
    case 'ErrorReported': {
      const { envelope, error } = event.data
      return [toErrorRow({ envelope, source: 'out_of_band', messageId: '' }, error, 0)]
    }
    case 'MessageReceived':
      return attached('message', event.data)
    case 'MessageStatusChanged':
      return attached('status', event.data)
    case 'PaymentStatusChanged':
      return attached('payment', event.data)
    case 'MessageEchoed':
    case 'MessageReacted':
    case 'MessageEdited':
    case 'MessageRevoked':
    case 'MessageReplied':
    case 'AccountEventReceived':
      return NONE
  }
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
