import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { contentSizeOf } from './zstd-frame.ts'

const GZIP = 1
const ZSTD = 4
const CODEC_BITS = 3
const CODEC_MASK = (1 << CODEC_BITS) - 1

/**
 * Node's codecs fill one buffer after another, of 16 KiB unless they are told, and put them
 * together in the end. So they are told what they are likely to need, and one is enough.
 */
const CHUNK_BYTES_MIN = 1_024
const CHUNK_BYTES_MAX = 4 * 1024 * 1024
/** By how much batches of ours shrink: two webhooks to a half, a thousand to a seventh. */
const SHRINKS_AT_LEAST = 2
const SHRINKS_AT_MOST = 8

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
    chunkSize: toChunkSize(records.length / SHRINKS_AT_LEAST),
  })
  return bytes.length < records.length ? { bytes, codec } : null
}

/**
 * The records of a packed batch; undefined if the codec is unknown. Throws if the bytes are
 * damaged or would take more than `UNPACKED_BYTES_MAX`.
 */
export function unpackRecords(bytes: Buffer, codec: number): Buffer | undefined {
  const limits = {
    maxOutputLength: UNPACKED_BYTES_MAX,
    // With a byte to spare the codec sees at once that nothing is left.
    chunkSize: toChunkSize(1 + (contentSizeOf(bytes) ?? bytes.length * SHRINKS_AT_MOST)),
  }
  try {
    if (codec === ZSTD) return zstdDecompressSync(bytes, limits)
    if (codec === GZIP) return gunzipSync(bytes, limits)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RangeError(`a batch unpacks to larger than ${UNPACKED_BYTES_MAX} bytes`)
  }
  return undefined
}

function toChunkSize(bytes: number): number {
  return Math.ceil(Math.min(Math.max(bytes, CHUNK_BYTES_MIN), CHUNK_BYTES_MAX))
}
