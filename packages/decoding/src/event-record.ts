import { isMessageEvent, targetOf, type WhatsAppEvent } from '@wabastream/contracts'
import { routeOf } from '@wabastream/domain'
import { type OutgoingRecord } from '@wabastream/processing'
import { type AvroCodec } from '@wabastream/schema-registry'

export interface RoutedRecord {
  readonly partition: number
  readonly record: OutgoingRecord
}

/**
 * An event as a record of the events topic: keyed by the message that it is about, or by the number
 * if it is about none, and sent to the partition that keeps the timeline of that message.
 */
export function toEventRecord(
  event: WhatsAppEvent,
  options: {
    readonly codec: Pick<AvroCodec, 'encode'>
    readonly partitions: number
    readonly headers: Readonly<Record<string, string>>
  },
): RoutedRecord {
  const { codec, partitions, headers } = options
  const value = codec.encode(event.type, event.data)
  if (isMessageEvent(event)) {
    const { key, partition } = routeOf(targetOf(event), partitions)
    return { partition, record: { key, value, headers } }
  }
  const { number } = event.data.envelope
  const { partition } = routeOf({ number, messageId: '', participant: '' }, partitions)
  return { partition, record: { key: number, value, headers } }
}
