import { CodecError } from './codec-error.ts'

/** A zero byte and the schema id, big endian. */
export const WIRE_HEADER_BYTES = 5

export function writeWireHeader(buffer: Uint8Array, position: number, id: number): void {
  buffer[position] = 0
  buffer[position + 1] = id >>> 24
  buffer[position + 2] = id >>> 16
  buffer[position + 3] = id >>> 8
  buffer[position + 4] = id
}

export function schemaIdOf(bytes: Uint8Array): number {
  const [magic, first = 0, second = 0, third = 0, fourth = 0] = bytes
  if (magic !== 0 || bytes.length < WIRE_HEADER_BYTES) {
    throw new CodecError('bytes_malformed', 'not in the wire format of a schema registry')
  }
  return first * 0x1000000 + (second << 16) + (third << 8) + fourth
}
