const MAGIC = 0xfd2fb528
const DESCRIPTOR_AT = 4
const DICTIONARY_ID_BYTES = [0, 1, 2, 4]

/**
 * Bytes that a zstd frame says it unpacks to (RFC 8878, 3.1.1.1); undefined if it does not say, or
 * says more than fits in 32 bits, or is no frame. Only a hint: the frame may be damaged.
 */
export function unpackedSizeOf(frame: Buffer): number | undefined {
  const descriptor = frame[DESCRIPTOR_AT]
  if (descriptor === undefined || frame.readUInt32LE() !== MAGIC) return undefined
  const isSingleSegment = (descriptor & 0x20) !== 0
  const windowBytes = isSingleSegment ? 0 : 1
  const at = DESCRIPTOR_AT + 1 + windowBytes + (DICTIONARY_ID_BYTES[descriptor & 3] ?? 0)
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? frame[at] : undefined
    case 1:
      return at + 2 > frame.length ? undefined : frame.readUInt16LE(at) + 256
    case 2:
      return at + 4 > frame.length ? undefined : frame.readUInt32LE(at)
    default:
      return undefined
  }
}
