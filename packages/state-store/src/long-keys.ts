import { createHash } from 'node:crypto'

/**
 * Maximum length (bytes of UTF-8) of a key that is stored as it is: LMDB takes 1978, with escapes.
 */
export const KEY_BYTES_MAX = 1_024
const UTF8_BYTES_PER_UNIT_MAX = 3
const LENGTH_BYTES = 4

/** The length alone decides for short keys, and nearly all are short. */
export function isLongKey(key: string): boolean {
  if (key.length * UTF8_BYTES_PER_UNIT_MAX <= KEY_BYTES_MAX) return false
  return Buffer.byteLength(key) > KEY_BYTES_MAX
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** The value with its whole key before it, since the hash does not contain the key. */
export function packEntry(key: string, value: Uint8Array): Buffer {
  const keyBytes = Buffer.from(key)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32BE(keyBytes.length)
  return Buffer.concat([length, keyBytes, value])
}

export function unpackEntry(packed: Buffer): readonly [string, Buffer] {
  const valueStart = LENGTH_BYTES + packed.readUInt32BE()
  return [packed.toString('utf8', LENGTH_BYTES, valueStart), packed.subarray(valueStart)]
}
