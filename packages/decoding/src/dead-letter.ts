import { type DeadLetter, toDeadLetter } from '@wabastream/contracts'
import { type WebhookDeadLetter } from '@wabastream/whatsapp'
import { type RawWebhook } from './raw-webhook.ts'

/** The letter for one item, with the item's JSON, or for a whole webhook, with its bytes. */
export function toWebhookLetter(
  letter: WebhookDeadLetter,
  raw: RawWebhook,
  generation: number,
): DeadLetter {
  const { context, source } = raw
  return toDeadLetter({
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
    body: letter.item === undefined ? raw.body : Buffer.from(JSON.stringify(letter.item)),
  })
}
