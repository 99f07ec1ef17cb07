import { type DeadLetter } from '@wabastream/contracts'
import { type WebhookDeadLetter } from '@wabastream/whatsapp'
import { type RawWebhook } from './raw-webhook.ts'

/** Leaves room for the letter around it in a record that Kafka takes. */
export const DEAD_LETTER_BODY_BYTES_MAX = 3_500_000

/** The letter for one item, with the item's JSON, or for a whole webhook, with its bytes. */
export function toDeadLetter(
  letter: WebhookDeadLetter,
  raw: RawWebhook,
  generation: number,
): DeadLetter {
  const { context, source } = raw
  return toFittingLetter(
    {
      reason: letter.reason,
      detail: letter.detail,
      stage: 'decoder',
      generation,
      topic: source.topic,
      partition: source.partition,
      offset: context.rawOffset,
      itemIndex: letter.itemIndex,
      receiptId: context.receiptId,
      channel: context.channel,
      receivedAt: context.receivedAt,
      attempts: 1,
      firstSeenAt: null,
      redrivenAt: null,
      body: letter.item === undefined ? raw.body : toJsonBytes(letter.item),
    },
    DEAD_LETTER_BODY_BYTES_MAX,
  )
}

/** Cuts the body where it is too big for a record, and says so. The raw topic has it whole. */
export function toFittingLetter(letter: DeadLetter, bytesMax: number): DeadLetter {
  if (letter.body.length <= bytesMax) return letter
  const detail = `${letter.detail} (first ${bytesMax} of ${letter.body.length} bytes)`
  return { ...letter, detail, body: letter.body.subarray(0, bytesMax) }
}

function toJsonBytes(item: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(item))
}
