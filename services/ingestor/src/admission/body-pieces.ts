/** From this size on, a chunk is kept as it came; smaller ones are copied together. */
const KEPT_BYTES_MIN = 4_096
const BLOCK_BYTES_MIN = 256
const BLOCK_BYTES_MAX = 8_192
/** A generous size for the objects around a piece: 320 bytes were measured with Node 24. */
const PIECE_COST_BYTES = 512
const NOTHING = Buffer.alloc(0)

/**
 * A body that comes in pieces. A chunk of one byte would take hundreds in memory if it were kept,
 * so small ones are copied into blocks: what a body costs stays in proportion to its length.
 */
export class BodyPieces {
  readonly #pieces: Buffer[]
  #block = NOTHING
  #used = 0
  #length: number

  /** The first chunk is kept as it came, whatever its size. */
  constructor(first: Buffer) {
    this.#pieces = [first]
    this.#length = first.length
  }

  get length(): number {
    return this.#length
  }

  /** Bytes of memory that adding this chunk would take. */
  costOf(chunk: Buffer): number {
    if (isKept(chunk)) return costOfPiece(chunk)
    return this.#hasRoomFor(chunk) ? 0 : this.#nextBlockBytes(chunk) + PIECE_COST_BYTES
  }

  add(chunk: Buffer): void {
    if (isKept(chunk)) {
      this.#seal()
      this.#pieces.push(chunk)
    } else {
      if (!this.#hasRoomFor(chunk)) {
        this.#seal()
        // Not from Node's pool, because a small part of it would keep all of it alive.
        this.#block = Buffer.allocUnsafeSlow(this.#nextBlockBytes(chunk))
      }
      this.#used += chunk.copy(this.#block, this.#used)
    }
    this.#length += chunk.length
  }

  join(): Buffer {
    this.#seal()
    return Buffer.concat(this.#pieces, this.#length)
  }

  #hasRoomFor(chunk: Buffer): boolean {
    return chunk.length <= this.#block.length - this.#used
  }

  #nextBlockBytes(chunk: Buffer): number {
    return Math.max(chunk.length, BLOCK_BYTES_MIN, Math.min(this.#length, BLOCK_BYTES_MAX))
  }

  #seal(): void {
    if (this.#used > 0) this.#pieces.push(this.#block.subarray(0, this.#used))
    this.#block = NOTHING
    this.#used = 0
  }
}

/** Bytes of memory that a chunk takes if it is kept as it came. */
export function costOfPiece(chunk: Buffer): number {
  return chunk.length + PIECE_COST_BYTES
}

function isKept(chunk: Buffer): boolean {
  return chunk.length >= KEPT_BYTES_MIN
}
