import { type IncomingHttpHeaders } from 'node:http'
import { rawHeaders } from '@wabastream/contracts'
import { type OutgoingRecord } from '@wabastream/processing'
import { type KeyUse } from '../authentication/authentication.ts'
import { type Channel } from '@wabastream/channels'

const CONTENT_TYPE_LENGTH_MAX = 255
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/

/** Enough for a 4096-bit signature in base64; Meta's takes 71. Longer ones are not kept. */
const SIGNATURE_LENGTH_MAX = 1_024

/** Generous size of the headers and framing of a raw record, which a batch reserves for it. */
export const RECORD_OVERHEAD_BYTES_MAX = 2_048

export interface Receipt {
  readonly id: string
  readonly receivedAtMs: number
  readonly channel: Channel
  readonly keys: readonly KeyUse[]
  readonly headers: IncomingHttpHeaders
  readonly traceparent: string | string[] | undefined
}

/** The record that makes a webhook durable: its bytes untouched, and how they came in. */
export function toRawRecord(body: Uint8Array, receipt: Receipt): OutgoingRecord {
  const { channel, traceparent } = receipt
  const contentType = receipt.headers['content-type']
  const signature = findSignatures(receipt.headers, channel)
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
  if (signature !== '') headers[rawHeaders.signature] = signature
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

/**
 * Signature headers under any name (`x-hub-signature-256`, `x-360dialog-signature`, …), even if the
 * channel does not check them, and the one that it checks, whatever it is called. Not the static
 * header of a channel, which is a secret.
 */
function findSignatures(headers: IncomingHttpHeaders, { strategies }: Channel): string {
  const checked = strategies.find((one) => one.kind === 'hmac')
  let lines = ''
  for (const name in headers) {
    if (!name.includes('signature') && name !== checked?.header) continue
    const value = headers[name]
    const isSecret = strategies.some((one) => one.kind === 'header' && one.name === name)
    if (isSecret || typeof value !== 'string') continue
    const line = lines === '' ? `${name}: ${value}` : `\n${name}: ${value}`
    if (lines.length + line.length <= SIGNATURE_LENGTH_MAX) lines += line
  }
  return lines
}
