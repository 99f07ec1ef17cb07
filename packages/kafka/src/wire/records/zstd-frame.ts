const MAGIC = 0xfd2fb528
const DESCRIPTOR_AT = 4
/** The longest header: magic, descriptor, window, dictionary and content size. */
const HEADER_BYTES_MAX = 18
const DICTIONARY_BYTES = [0, 1, 2, 4]
/** A size of two bytes begins where one byte ends. */
const TWO_BYTES_FROM = 256

/**
 * How many bytes a zstd frame says that it unpacks to (RFC 8878, 3.1.1.1); undefined where it does
 * not say so, or is no such frame. Nothing has shown that it is true.
 */
export function contentSizeOf(frame: Buffer): number | undefined {
  if (frame.length < HEADER_BYTES_MAX || frame.readUInt32LE(0) !== MAGIC) return undefined
  const descriptor = frame.readUInt8(DESCRIPTOR_AT)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const windowBytes = isSingleSegment ? 0 : 1
  const at = DESCRIPTOR_AT + 1 + windowBytes + (DICTIONARY_BYTES[descriptor & 3] ?? 0)
  switch (descriptor >> 6) {
    case 0:
      return isSingleSegment ? frame.readUInt8(at) : undefined
    case 1:
      return frame.readUInt16LE(at) + TWO_BYTES_FROM
    case 2:
      return frame.readUInt32LE(at)
    default:
      return Number(frame.readBigUInt64LE(at))
  }
}
