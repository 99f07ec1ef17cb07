import { rawHeaders } from '@wabastream/contracts'
import { type OutgoingRecord } from '@wabastream/processing'
import { type KeyUse } from './authentication.ts'
import { type Channel } from './channel.ts'

const CONTENT_TYPE_LENGTH_MAX = 255
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Bytes of the headers and framing of a raw record, generously: what a batch reserves for it. */
export const RECORD_OVERHEAD_BYTES_MAX = 1_024

export interface Receipt {
  readonly id: string
  readonly receivedAtMs: number
  readonly channel: Channel
  readonly keys: readonly KeyUse[]
  readonly contentType: string | undefined
  readonly traceparent: string | string[] | undefined
}

/** The record that makes a webhook durable: its bytes untouched, and how they came in. */
export function toRawRecord(body: Uint8Array, receipt: Receipt): OutgoingRecord {
  const { channel, contentType, traceparent } = receipt
  const headers: Record<string, string> = {
    [rawHeaders.receiptId]: receipt.id,
    [rawHeaders.receivedAt]: String(receipt.receivedAtMs),
    [rawHeaders.channel]: channel.name,
    [rawHeaders.verification]: toVerification(receipt.keys),
    [rawHeaders.dialect]: channel.dialect,
  }
  if (contentType !== undefined) {
    headers[rawHeaders.contentType] = contentType.slice(0, CONTENT_TYPE_LENGTH_MAX)
  }
  if (channel.numberId !== null) headers[rawHeaders.number] = channel.numberId
  if (typeof traceparent === 'string' && TRACEPARENT.test(traceparent)) {
    headers[rawHeaders.traceparent] = traceparent
  }
  return { key: null, value: body, headers, timestampMs: receipt.receivedAtMs }
}

/** For instance `hmac:app-2` or `path_token:url-1+header:h-1`. */
function toVerification(keys: readonly KeyUse[]): string {
  return keys.map(({ strategy, keyId }) => `${strategy}:${keyId}`).join('+')
}
