import { rawHeaders } from '@wabastream/contracts'
import { type OutgoingWebhook } from '../sending/request-headers.ts'

/** A raw record that was read by its place. */
export interface StoredRecord {
  readonly partition: number
  readonly offset: number
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array | null])[]
}

/** What is sent of it; undefined if it has no body. */
export function toOutgoingWebhook(record: StoredRecord): OutgoingWebhook | undefined {
  if (record.value === null) return undefined
  const textOf = (name: string): string | null => {
    const bytes = record.headers.find(([key]) => key === name)?.[1] ?? null
    return bytes === null ? null : Buffer.from(bytes).toString()
  }
  return {
    receiptId: textOf(rawHeaders.receiptId) ?? `${record.partition}-${record.offset}`,
    contentType: textOf(rawHeaders.contentType),
    signature: textOf(rawHeaders.signature),
    body: record.value,
  }
}
