const SEED = 0x9747b28c
const MULTIPLIER = 0x5bd1e995
const SHIFT = 24

/** The hash of Kafka's default partitioner, over `bytes[start..end)`: 32 bits, signed. */
export function murmur2(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start
  let hash = SEED ^ length
  const whole = start + (length & ~3)
  for (let index = start; index < whole; index += 4) {
    let word =
      byteAt(bytes, index) |
      (byteAt(bytes, index + 1) << 8) |
      (byteAt(bytes, index + 2) << 16) |
      (byteAt(bytes, index + 3) << 24)
    word = Math.imul(word, MULTIPLIER)
    word ^= word >>> SHIFT
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word, MULTIPLIER)
  }
  const rest = end - whole
  if (rest > 2) hash ^= byteAt(bytes, whole + 2) << 16
  if (rest > 1) hash ^= byteAt(bytes, whole + 1) << 8
  if (rest > 0) hash = Math.imul(hash ^ byteAt(bytes, whole), MULTIPLIER)
  hash ^= hash >>> 13
  hash = Math.imul(hash, MULTIPLIER)
  return hash ^ (hash >>> 15)
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
