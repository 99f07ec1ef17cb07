import { createHmac } from 'node:crypto'
import { type Destination } from '../destinations/destination.ts'

export const RECEIPT_HEADER = 'x-wabastream-receipt-id'
/** Says which replay or redrive sent a webhook again. */
export const REPLAY_HEADER = 'x-wabastream-replay'

/** A name that a request can have (RFC 9110, 5.6.2). */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
/** What a value can't hold. A record that someone else appended may have anything. */
const NO_HEADER_VALUE = /[^\t\x20-\x7e\x80-\xff]/

/** What is sent of one webhook. */
export interface OutgoingWebhook {
  readonly receiptId: string
  readonly contentType: string | null
  /** The provider's signature headers, one `name: value` a line. */
  readonly signature: string | null
  readonly body: Uint8Array
}

/** Names and values by turns: the provider's, then ours. */
export function toRequestHeaders(
  { body, contentType, receiptId, signature }: OutgoingWebhook,
  { headers, signingKey }: Pick<Destination, 'headers' | 'signingKey'>,
  { nowMs, replay }: { readonly nowMs: number; readonly replay: string | null },
): string[] {
  const type = contentType ?? ''
  const isType = type !== '' && !NO_HEADER_VALUE.test(type)
  const all = [...headers, 'content-type', isType ? type : 'application/json']
  if (signature !== null) {
    for (const line of signature.split('\n')) {
      const colon = line.indexOf(': ')
      const name = line.slice(0, colon)
      const value = line.slice(colon + 2)
      if (colon > 0 && HEADER_NAME.test(name) && !NO_HEADER_VALUE.test(value)) all.push(name, value)
    }
  }
  const receipt = NO_HEADER_VALUE.test(receiptId) ? encodeURIComponent(receiptId) : receiptId
  all.push(RECEIPT_HEADER, receipt)
  if (replay !== null) all.push(REPLAY_HEADER, replay)
  if (signingKey !== null) all.push(...sign({ body, receiptId: receipt, signingKey, nowMs }))
  return all
}

/** The scheme of Standard Webhooks, version 1 with a symmetric key (standardwebhooks.com). */
function sign(given: {
  readonly body: Uint8Array
  readonly receiptId: string
  readonly signingKey: Uint8Array
  readonly nowMs: number
}): readonly string[] {
  const { body, nowMs, receiptId, signingKey } = given
  const seconds = String(Math.floor(nowMs / 1_000))
  const hash = createHmac('sha256', signingKey).update(`${receiptId}.${seconds}.`).update(body)
  return [
    'webhook-id',
    receiptId,
    'webhook-timestamp',
    seconds,
    'webhook-signature',
    `v1,${hash.digest('base64')}`,
  ]
}
