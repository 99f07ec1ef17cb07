import { rawHeaders } from '@wabastream/contracts'
import { type KafkaRecord, type TopicPartition } from '@wabastream/processing'
import { sha256Hex, type WebhookContext } from '@wabastream/whatsapp'

const NO_BYTES = new Uint8Array()

/** A record of the raw topic, its headers read. */
export interface RawWebhook {
  readonly source: TopicPartition
  readonly body: Uint8Array
  readonly context: WebhookContext
}

/** What no header tells is empty; the record's own time stands in for a missing receipt's. */
export function toRawWebhook(record: KafkaRecord, source: TopicPartition): RawWebhook {
  return {
    source,
    body: record.value ?? NO_BYTES,
    context: {
      receiptId: record.headerText(rawHeaders.receiptId) ?? '',
      receivedAt: receivedAtOf(record),
      channel: record.headerText(rawHeaders.channel) ?? '',
      configuredNumber: record.headerText(rawHeaders.number),
      rawPartition: source.partition,
      rawOffset: record.offset,
      hashText: sha256Hex,
    },
  }
}

function receivedAtOf(record: KafkaRecord): number {
  const text = record.headerText(rawHeaders.receivedAt)
  const receivedAt = text === null ? Number.NaN : Number(text)
  return Number.isSafeInteger(receivedAt) && receivedAt > 0 ? receivedAt : record.timestampMs
}
