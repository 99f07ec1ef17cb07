const WORD_BYTES = 4
const SPACE = 0x20
const SPACES = 0x20202020
const HIGH_BITS = 0x80808080

/**
 * Whether all bytes are ASCII, without control characters below the space. Four bytes are looked at
 * at once: taking a space from each sets its high bit only where it was less.
 */
export function isPlainText(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, length } = bytes
  const head = Math.min(length, -byteOffset & (WORD_BYTES - 1))
  const words = new Int32Array(buffer, byteOffset + head, (length - head) >>> 2)
  let signs = signsOf(bytes, 0, head) | signsOf(bytes, head + words.length * WORD_BYTES, length)
  for (const word of words) signs |= word | (word - SPACES)
  return (signs & HIGH_BITS) === 0
}

function signsOf(bytes: Uint8Array, start: number, end: number): number {
  let signs = 0
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0
    signs |= byte | (byte - SPACE)
  }
  return signs
}
