import { type DeadLetter } from '@wabastream/contracts'
import { type Row } from './cells.ts'

/** Where a record is in Kafka. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
  /** Since when, in milliseconds since 1970, if that is known. */
  readonly timestampMs?: number
}

export const deadLetterColumns = [
  'topic',
  'partition',
  'offset',
  'item_index',
  'stage',
  'generation',
  'reason',
  'detail',
  'receipt_id',
  'channel',
  'received_at',
  'attempts',
  'letter_partition',
  'letter_offset',
  'first_seen_at',
  'redriven_at',
  'destination',
  'body_base64',
] as const

/** `letter` is where the letter itself is, so that it can be read and redriven from there. */
export function toDeadLetterRow(
  deadLetter: DeadLetter,
  letter: RecordPlace,
): Row<typeof deadLetterColumns> {
  return [
    deadLetter.topic,
    deadLetter.partition,
    deadLetter.offset,
    deadLetter.itemIndex,
    deadLetter.stage,
    deadLetter.generation,
    deadLetter.reason,
    deadLetter.detail,
    deadLetter.receiptId,
    deadLetter.channel,
    deadLetter.receivedAt,
    deadLetter.attempts,
    letter.partition,
    letter.offset,
    deadLetter.firstSeenAt ?? letter.timestampMs ?? null,
    deadLetter.redrivenAt,
    deadLetter.destination,
    Buffer.from(deadLetter.body).toString('base64'),
  ]
}
