import { rawHeaders, receivedAtOf } from '@wabastream/contracts'
import { type Candidate } from '@wabastream/forwarding'
import { type StoredRecord } from '@wabastream/kafka'

/** When the webhook of a raw record was received (ms since 1970). */
export function receivedAtMs(record: StoredRecord): number {
  return receivedAtOf({
    timestampMs: record.timestampMs,
    headerText: (name) => headerOf(record, name),
  }).receivedAt
}

export function receiptOf(record: StoredRecord): string {
  return headerOf(record, rawHeaders.receiptId) ?? ''
}

/** What a selection looks at; null without a body. */
export function toStoredCandidate(record: StoredRecord): Candidate | null {
  const { value: body } = record
  if (body === null) return null
  return {
    body,
    channel: headerOf(record, rawHeaders.channel),
    configuredNumber: headerOf(record, rawHeaders.number),
  }
}

function headerOf({ headers }: StoredRecord, name: string): string | null {
  const bytes = headers.find(([key]) => key === name)?.[1] ?? null
  return bytes === null ? null : Buffer.from(bytes).toString()
}
