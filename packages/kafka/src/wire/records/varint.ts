/** Zigzag variable-length integers of the record format. Numbers stay below 2^53, so no BigInt. */

const isInt32 = (value: number): boolean => value === (value | 0)
const zigzag32 = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0
const zigzag53 = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)

export function varintSize(value: number): number {
  const z = zigzag32(value)
  if (z < 0x80) return 1
  if (z < 0x4000) return 2
  if (z < 0x200000) return 3
  return z < 0x10000000 ? 4 : 5
}

export function writeVarint(buffer: Uint8Array, at: number, value: number): number {
  let z = zigzag32(value)
  let position = at
  while (z > 127) {
    buffer[position++] = (z & 127) | 128
    z >>>= 7
  }
  buffer[position++] = z
  return position
}

export function varlongSize(value: number): number {
  if (isInt32(value)) return varintSize(value)
  let z = zigzag53(value)
  let size = 1
  while (z > 127) {
    z = Math.floor(z / 128)
    size++
  }
  return size
}

export function writeVarlong(buffer: Uint8Array, at: number, value: number): number {
  if (isInt32(value)) return writeVarint(buffer, at, value)
  let z = zigzag53(value)
  let position = at
  while (z > 127) {
    buffer[position++] = (z % 128) | 128
    z = Math.floor(z / 128)
  }
  buffer[position++] = z
  return position
}

/** Where the last number ended: a second result that needs no object for each number. */
export let varintEnd = 0

const VARINT_BYTES_MAX = 5
const VARLONG_BYTES_MAX = 10

export function readVarint(buffer: Uint8Array, at: number): number {
  let position = at
  let byte = buffer[position++] ?? 0
  if (byte < 128) {
    varintEnd = position
    return (byte >>> 1) ^ -(byte & 1)
  }
  let z = byte & 127
  let shift = 7
  do {
    byte = buffer[position++] ?? 0
    z |= (byte & 127) << shift
    shift += 7
  } while (byte > 127 && shift < VARINT_BYTES_MAX * 7)
  if (byte > 127) throw new Error('malformed varint')
  varintEnd = position
  z >>>= 0
  return (z >>> 1) ^ -(z & 1)
}

export function readVarlong(buffer: Uint8Array, at: number): number {
  let position = at
  let byte = buffer[position++] ?? 0
  if (byte < 128) {
    varintEnd = position
    return (byte >>> 1) ^ -(byte & 1)
  }
  let z = byte & 127
  let scale = 128
  do {
    byte = buffer[position++] ?? 0
    z += (byte & 127) * scale
    scale *= 128
  } while (byte > 127 && position - at < VARLONG_BYTES_MAX)
  if (byte > 127) throw new Error('malformed varlong')
  varintEnd = position
  return z % 2 === 0 ? z / 2 : -(z + 1) / 2
}
