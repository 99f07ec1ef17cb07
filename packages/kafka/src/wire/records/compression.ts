import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { unpackedSizeOf } from './zstd-frame.ts'

const GZIP = 1
const ZSTD = 4
const CODEC_BITS = 3
const CODEC_MASK = (1 << CODEC_BITS) - 1

/**
 * Packing costs about 20 µs a batch, whatever it holds. From this size on, two webhooks, it saves
 * half of the bytes or more; below it a quarter (docs/decisions/0239).
 */
export const PACKED_BYTES_MIN = 1_024
/**
 * Largest batch after unpacking. Ours are below 4 MiB; what is larger is damage, or meant to take
 * the memory.
 */
export const UNPACKED_BYTES_MAX = 32 * 1024 * 1024
/** Asked for at once, if a batch says that it takes as much. Ours are below it. */
const CHUNK_BYTES_MAX = 4 * 1024 * 1024
/** Room behind the last byte, without which the end would only be found in another chunk. */
const CHUNK_ROOM_BYTES = 64

/** How the records of a batch are packed; the level is one of zstd's, from 1. */
export type BatchCompression =
  | { readonly codec: 'none' }
  | { readonly codec: 'zstd'; readonly level: number }

export const defaultCompression: BatchCompression = { codec: 'zstd', level: 1 }

/**
 * For the client's `compression`, which it passes on unread: the three bits of the codec that a
 * batch carries, and above them the level.
 */
export function toCompressionNumber(compression: BatchCompression): number {
  return compression.codec === 'none' ? 0 : ZSTD | (compression.level << CODEC_BITS)
}

/** Records as they are sent, and the codec that the batch has to name. */
export interface PackedRecords {
  readonly bytes: Buffer
  readonly codec: number
}

/**
 * The records packed; null if they are to be sent as they are, because packing would not pay or
 * was not asked for. Throws at a codec that we do not write.
 */
export function packRecords(records: Buffer, compression: number): PackedRecords | null {
  const codec = compression & CODEC_MASK
  if (codec === 0 || records.length < PACKED_BYTES_MIN) return null
  if (codec !== ZSTD) throw new Error(`compression ${codec} is not written`)
  const level = compression >> CODEC_BITS || 1
  const bytes = zstdCompressSync(records, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
  })
  return bytes.length < records.length ? { bytes, codec } : null
}

/**
 * The records of a packed batch; undefined if the codec is unknown. Throws if the bytes are
 * damaged or would take more than `UNPACKED_BYTES_MAX`.
 */
export function unpackRecords(bytes: Buffer, codec: number): Buffer | undefined {
  const limits = { maxOutputLength: UNPACKED_BYTES_MAX }
  try {
    if (codec === ZSTD) return zstdDecompressSync(bytes, { ...limits, ...toChunkSize(bytes) })
    if (codec === GZIP) return gunzipSync(bytes, limits)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`a batch unpacks to larger than ${UNPACKED_BYTES_MAX} bytes`)
  }
  return undefined
}

/** One chunk for the whole batch: by default they are 16 KiB each, and then joined in a copy. */
function toChunkSize(frame: Buffer): { readonly chunkSize?: number } {
  const size = unpackedSizeOf(frame)
  if (size === undefined) return {}
  return { chunkSize: Math.min(size, CHUNK_BYTES_MAX) + CHUNK_ROOM_BYTES }
}
