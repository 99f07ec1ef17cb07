import { type WebhooksDecoded } from '@wabastream/contracts'
import { type Row } from './cells.ts'
import { type RecordPlace } from './dead-letter-row.ts'

export const rawWebhookColumns = [
  'raw_partition',
  'raw_offset',
  'receipt_id',
  'channel',
  'received_at',
  'bytes',
  'verdict',
  'messages',
  'statuses',
  'errors',
  'other_fields',
  'events',
  'dead_letters',
  'verdict_offset',
] as const

/**
 * One row for each raw offset of the decoder's batch. Of two verdicts of a webhook, the one that
 * was appended later wins, wherever it is: after a topic got more partitions, a webhook may have
 * verdicts in two of them. `verdict_offset`, the version of a row, used to hold the offset. That is
 * always less than a time, so older rows give way.
 */
export function toRawWebhookRows(
  { rawPartition, firstOffset, verdicts }: WebhooksDecoded,
  { offset, timestampMs }: RecordPlace,
): readonly Row<typeof rawWebhookColumns>[] {
  const version = timestampMs ?? offset
  return verdicts.map((verdict) => [
    rawPartition,
    firstOffset + verdict.offsetDelta,
    verdict.receiptId,
    verdict.channel,
    verdict.receivedAt,
    verdict.bytes,
    verdict.verdict,
    verdict.messages,
    verdict.statuses,
    verdict.errors,
    verdict.otherFields,
    verdict.events,
    verdict.deadLetters,
    version,
  ])
}
