const POLYNOMIAL = 0x82f63b78
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Table k holds the checksum of byte n followed by k zero bytes. */
const tables = createTables()
const [T0, T1, T2, T3, T4, T5, T6, T7] = tables

function createTables(): readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
] {
  const first = new Int32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    first[byte] = crc
  }
  const shifted = (table: Int32Array): Int32Array =>
    table.map((crc) => (crc >>> 8) ^ (first[crc & 255] ?? 0))
  const second = shifted(first)
  const third = shifted(second)
  const fourth = shifted(third)
  const fifth = shifted(fourth)
  const sixth = shifted(fifth)
  const seventh = shifted(sixth)
  return [first, second, third, fourth, fifth, sixth, seventh, shifted(seventh)]
}

function addBytes(crc: number, bytes: Uint8Array, from: number, to: number): number {
  let sum = crc
  for (let i = from; i < to; i++) sum = (T0[(sum ^ (bytes[i] ?? 0)) & 255] ?? 0) ^ (sum >>> 8)
  return sum
}

/** Eight bytes per step, as two aligned little-endian words (slicing by 8). */
function addWords(crc: number, words: Int32Array): number {
  let sum = crc
  for (let i = 0; i < words.length; i += 2) {
    const low = (words[i] ?? 0) ^ sum
    const high = words[i + 1] ?? 0
    sum =
      (T7[low & 255] ?? 0) ^
      (T6[(low >>> 8) & 255] ?? 0) ^
      (T5[(low >>> 16) & 255] ?? 0) ^
      (T4[low >>> 24] ?? 0) ^
      (T3[high & 255] ?? 0) ^
      (T2[(high >>> 8) & 255] ?? 0) ^
      (T1[(high >>> 16) & 255] ?? 0) ^
      (T0[high >>> 24] ?? 0)
  }
  return sum
}

/** CRC-32C (Castagnoli) of `bytes[from..to)`, unsigned. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  const aligned = LITTLE_ENDIAN
    ? Math.min(to, from + ((4 - ((bytes.byteOffset + from) & 3)) & 3))
    : to
  const pairs = (to - aligned) >>> 3
  let sum = addBytes(-1, bytes, from, aligned)
  if (pairs > 0) {
    sum = addWords(sum, new Int32Array(bytes.buffer, bytes.byteOffset + aligned, pairs * 2))
  }
  return (addBytes(sum, bytes, aligned + pairs * 8, to) ^ -1) >>> 0
}
