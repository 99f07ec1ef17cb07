import { type WebhooksDecoded } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const rawWebhookColumns = [
  'raw_partition', 'raw_offset', 'receipt_id', 'channel', 'received_at', 'bytes', 'verdict',
  'messages', 'statuses', 'errors', 'other_fields', 'events', 'dead_letters',
  'verdict_offset',
] as const

/**
 * One row for each raw offset of the decoder's batch. `verdictOffset` is where the record lies: of
 * two verdicts of a webhook, which are always in one partition, the later one stands.
 */
export function toRawWebhookRows(
  { rawPartition, firstOffset, verdicts }: WebhooksDecoded,
  verdictOffset: number,
): readonly Row<typeof rawWebhookColumns>[] {
  return verdicts.map((verdict) => [
    rawPartition, firstOffset + verdict.offsetDelta, verdict.receiptId, verdict.channel,
    verdict.receivedAt, verdict.bytes, verdict.verdict, verdict.messages, verdict.statuses,
    verdict.errors, verdict.otherFields, verdict.events, verdict.deadLetters,
    verdictOffset,
  ])
}
