import {
  INTERNAL_CHANNEL,
  INTERNAL_DIALECT,
  rawHeaders,
  receivedAtOf,
  type ReceivedAtProblem,
} from '@wabastream/contracts'
import { type KafkaRecord, type TopicPartition } from '@wabastream/processing'
import { sha256Hex, type WebhookContext } from '@wabastream/whatsapp'

const NO_BYTES = new Uint8Array()

/** A record of the raw topic with its headers read. */
export interface RawWebhook {
  readonly source: TopicPartition
  readonly body: Uint8Array
  readonly context: WebhookContext
  /** Why the ingestor's time of receipt does not count; null if it does. */
  readonly receivedAtProblem: ReceivedAtProblem | null
}

/** Fields are empty if no header reports them. */
export function toRawWebhook(record: KafkaRecord, source: TopicPartition): RawWebhook {
  const { problem, receivedAt } = receivedAtOf(record)
  const channel = record.headerText(rawHeaders.channel) ?? ''
  return {
    source,
    receivedAtProblem: problem,
    body: record.value ?? NO_BYTES,
    context: {
      receiptId: record.headerText(rawHeaders.receiptId) ?? '',
      receivedAt,
      channel,
      isOwn:
        channel === INTERNAL_CHANNEL && record.headerText(rawHeaders.dialect) === INTERNAL_DIALECT,
      configuredNumber: record.headerText(rawHeaders.number),
      rawPartition: source.partition,
      rawOffset: record.offset,
      hashText: sha256Hex,
    },
  }
}
