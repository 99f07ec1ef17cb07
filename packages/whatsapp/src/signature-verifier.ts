import { hash, timingSafeEqual } from 'node:crypto'
import { createHmacSha256 } from './hmac-sha256.ts'

export interface SignatureSecret {
  /** Names the secret in metrics and headers; never the secret itself. */
  readonly id: string
  readonly secret: string
}

/** Id of the secret that signed the bytes; null when none did. */
export type SignatureVerifier = (body: Uint8Array, header: string | undefined) => string | null

/** The 64 hex digits of a signature, in lower case; null for what has another form. */
export type DigestReader = (header: string | undefined) => string | null

const DIGEST = /^[0-9a-f]{64}$/i
const DIGEST_LENGTH = 64
/** As long as a digest, and equal to none. */
const NO_DIGEST = ' '.repeat(DIGEST_LENGTH)

/** Reads headers of the form `<prefix><HMAC-SHA256 in hex>`; capitals make no difference. */
export function createDigestReader(prefix: string): DigestReader {
  const lowerCased = prefix.toLowerCase()
  const length = prefix.length + DIGEST_LENGTH
  return function readDigest(header) {
    if (header?.length !== length) return null
    const digest = header.slice(prefix.length)
    if (!DIGEST.test(digest)) return null
    return header.slice(0, prefix.length).toLowerCase() === lowerCased ? digest.toLowerCase() : null
  }
}

/**
 * Checks a signature over the bytes as received. Several secrets are valid at once, so that one can
 * be replaced without a gap. It takes the same time wherever the comparison fails, and whether or
 * not the header has the form of a signature.
 */
export function createSignatureVerifier(
  secrets: readonly SignatureSecret[],
  prefix: string,
): SignatureVerifier {
  const keys = secrets.map(({ id, secret }) => ({ id, hmac: createHmacSha256(secret) }))
  const readDigest = createDigestReader(prefix)
  return function verifySignature(body, header) {
    const given = Buffer.from(readDigest(header) ?? NO_DIGEST, 'latin1')
    let signer: string | null = null
    for (const { id, hmac } of keys) {
      const expected = Buffer.from(hmac(body), 'latin1')
      if (timingSafeEqual(expected, given)) signer ??= id
    }
    return signer
  }
}

/** SHA-256 in hex: the `hashText` of a webhook's context under Node. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex')
}
