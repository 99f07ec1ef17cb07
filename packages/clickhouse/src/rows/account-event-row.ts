import { type AccountEventReceived } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const accountEventColumns = [
  'field',
  'received_at',
  'raw_partition',
  'raw_offset',
  'item_index',
  'number',
  'channel',
  'account_id',
  'event',
  'event_at',
  'event_id',
  'receipt_id',
  'payload',
  'display_number',
] as const

export function toAccountEventRow(event: AccountEventReceived): Row<typeof accountEventColumns> {
  const { envelope } = event
  return [
    event.field,
    envelope.receivedAt,
    envelope.rawPartition,
    envelope.rawOffset,
    envelope.itemIndex,
    envelope.number,
    envelope.channel,
    event.accountId ?? '',
    event.event ?? '',
    envelope.providerTime,
    envelope.eventId,
    envelope.receiptId,
    event.payload,
    envelope.displayNumber ?? '',
  ]
}
