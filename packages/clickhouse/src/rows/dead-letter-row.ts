import { type DeadLetter } from '@wabastream/contracts'
import { type Row } from './cells.ts'

export const deadLetterColumns = [
  'topic', 'partition', 'offset', 'item_index', 'stage', 'generation', 'reason', 'detail',
  'receipt_id', 'channel', 'received_at', 'attempts', 'letter_partition', 'letter_offset',
  'body_base64',
] as const

/** `letter` is where the letter itself lies, so that it can be read and re-driven from there. */
export function toDeadLetterRow(
  deadLetter: DeadLetter,
  letter: { readonly partition: number; readonly offset: number },
): Row<typeof deadLetterColumns> {
  return [
    deadLetter.topic, deadLetter.partition, deadLetter.offset, deadLetter.itemIndex,
    deadLetter.stage, deadLetter.generation, deadLetter.reason, deadLetter.detail,
    deadLetter.receiptId, deadLetter.channel, deadLetter.receivedAt, deadLetter.attempts,
    letter.partition, letter.offset, Buffer.from(deadLetter.body).toString('base64'),
  ]
}
