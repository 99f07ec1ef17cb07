import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'

export interface SignatureSecret {
  /** Names the secret in metrics and headers; never the secret itself. */
  readonly id: string
  readonly secret: string
}

/** Id of the secret that signed the bytes; null when none did. */
export type SignatureVerifier = (body: Uint8Array, header: string | undefined) => string | null

const HEADER = /^sha256=[0-9a-f]{64}$/i
const PREFIX_LENGTH = 'sha256='.length

/**
 * Checks `X-Hub-Signature-256`: HMAC-SHA256 over the bytes as received. Several secrets are valid
 * at once, so that one can be replaced without a gap. Comparison takes the same time wherever it
 * fails.
 */
export function createSignatureVerifier(secrets: readonly SignatureSecret[]): SignatureVerifier {
  const keys = secrets.map(({ id, secret }) => ({ id, key: createSecretKey(secret, 'utf8') }))
  return function verifySignature(body, header) {
    if (header === undefined || !HEADER.test(header)) return null
    const given = Buffer.from(header.slice(PREFIX_LENGTH).toLowerCase(), 'latin1')
    let signer: string | null = null
    for (const { id, key } of keys) {
      const expected = Buffer.from(createHmac('sha256', key).update(body).digest('hex'), 'latin1')
      if (timingSafeEqual(expected, given)) signer ??= id
    }
    return signer
  }
}

/** SHA-256 in hex: the `hashText` of a webhook's context under Node. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}
