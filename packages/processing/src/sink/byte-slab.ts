import { SlabMemory } from './slab-memory.ts'

// UTF-8 takes at most this many bytes for one unit of a JavaScript string.
const BYTES_PER_UNIT_MAX = 3

/**
 * Pieces, one after the other, in one growing buffer. Rows wait here as bytes rather than as
 * strings and objects: there are hundreds of thousands of them, and the garbage collector would
 * copy each.
 */
export class ByteSlab {
  #bytes = memory.take(0)
  readonly #ends: number[] = []
  #isKept = false

  /** Pieces held. */
  get count(): number {
    return this.#ends.length
  }

  get byteCount(): number {
    return this.#ends.at(-1) ?? 0
  }

  /** One piece: the text and a line feed. */
  addLine(text: string): void {
    const start = this.byteCount
    this.#reserve(start + text.length * BYTES_PER_UNIT_MAX + 1)
    const end = start + this.#bytes.write(text, start)
    this.#bytes[end] = LINE_FEED
    this.#ends.push(end + 1)
  }

  addBytes(bytes: Uint8Array): void {
    const start = this.byteCount
    this.#reserve(start + bytes.length)
    this.#bytes.set(bytes, start)
    this.#ends.push(start + bytes.length)
  }

  /** The pieces from `from` to before `to`, not copied: valid until a piece is added, or `free`. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#startOf(from), this.#startOf(to))
  }

  /** Somebody may read the pieces for longer than anybody knows: `free` leaves them alone. */
  keep(): void {
    this.#isKept = true
  }

  /** Ends the slab: its memory, and that of its slices, is used for others. */
  free(): void {
    const freed = this.#bytes
    this.#bytes = NO_BYTES
    this.#ends.length = 0
    if (!this.#isKept) memory.give(freed)
  }

  #startOf(index: number): number {
    return this.#ends[index - 1] ?? 0
  }

  #reserve(byteCount: number): void {
    if (byteCount <= this.#bytes.length) return
    const outgrown = this.#bytes
    this.#bytes = memory.take(byteCount)
    outgrown.copy(this.#bytes, 0, 0, this.byteCount)
    if (!this.#isKept) memory.give(outgrown)
  }
}

/** All slabs of the process share it. */
const memory = new SlabMemory()
const NO_BYTES = Buffer.alloc(0)
const LINE_FEED = 10
