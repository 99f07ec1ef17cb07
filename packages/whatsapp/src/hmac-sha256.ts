import { createHash, hash } from 'node:crypto'

/** SHA-256 works on blocks of this many bytes. */
const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const INNER = 0x36
const OUTER = 0x5c
/** Bodies up to this size are hashed in one call, which needs a copy of them. */
const COPIED_BYTES_MAX = 65_536

/** Where a short body is put behind a key's inner block. It is never left half-written. */
const copied = Buffer.alloc(BLOCK_BYTES + COPIED_BYTES_MAX)

/** HMAC-SHA256 of bytes under one secret, in hex. */
export type HmacSha256 = (body: Uint8Array) => string

/**
 * HMAC (RFC 2104) of two SHA-256 calls. Node's own `createHmac` makes an object of OpenSSL and one
 * of a stream for each body, which costs several times as much as the hashing of a webhook.
 */
export function createHmacSha256(secret: string): HmacSha256 {
  const key = toBlock(secret)
  const inner = key.map((byte) => byte ^ INNER)
  const outer = Buffer.concat([key.map((byte) => byte ^ OUTER), Buffer.alloc(DIGEST_BYTES)])
  return function hmacSha256(body) {
    outer.write(innerDigest(inner, body), BLOCK_BYTES, 'binary')
    return hash('sha256', outer, 'hex')
  }
}

/** As the standard has it: a longer secret stands for its hash, a shorter one is filled up. */
function toBlock(secret: string): Uint8Array {
  const bytes = Buffer.from(secret, 'utf8')
  const key = bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(key)
  return block
}

function innerDigest(inner: Uint8Array, body: Uint8Array): string {
  if (body.length > COPIED_BYTES_MAX) {
    return createHash('sha256').update(inner).update(body).digest('binary')
  }
  copied.set(inner)
  copied.set(body, BLOCK_BYTES)
  return hash('sha256', copied.subarray(0, BLOCK_BYTES + body.length), 'binary')
}
