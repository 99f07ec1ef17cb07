import { rawHeaders } from '@wabastream/contracts'
import { type KafkaRecord } from '@wabastream/processing'
import { type Candidate } from '../selection/selection.ts'
import { type OutgoingWebhook } from '../sending/request-headers.ts'

/** What a selection looks at. Null for a record without a value. */
export function toCandidate(record: KafkaRecord): Candidate | null {
  const { value: body } = record
  if (body === null) return null
  return {
    channel: record.headerText(rawHeaders.channel),
    configuredNumber: record.headerText(rawHeaders.number),
    body,
  }
}

/** Which request of the provider a record was; where it lies, if nothing says so. */
export function receiptIdOf(record: KafkaRecord, partition: number): string {
  return record.headerText(rawHeaders.receiptId) ?? `${partition}-${record.offset}`
}

/** What is sent of a record. `body` is its value, or a copy that may be kept. */
export function toOutgoingWebhook(
  record: KafkaRecord,
  { body, partition }: { readonly partition: number; readonly body: Uint8Array },
): OutgoingWebhook {
  return {
    receiptId: receiptIdOf(record, partition),
    contentType: record.headerText(rawHeaders.contentType),
    signature: record.headerText(rawHeaders.signature),
    body,
  }
}
