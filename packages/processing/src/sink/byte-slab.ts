const BYTES_MIN = 16_384
// UTF-8 takes at most this many bytes for one unit of a JavaScript string.
const BYTES_PER_UNIT_MAX = 3

/**
 * Pieces, one after the other, in one growing buffer. Rows wait here as bytes rather than as
 * strings and objects: there are hundreds of thousands of them, and the garbage collector would
 * copy each.
 */
export class ByteSlab {
  #bytes = Buffer.allocUnsafeSlow(BYTES_MIN)
  readonly #ends: number[] = []

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

  /** The pieces from `from` to before `to`, not copied. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#startOf(from), this.#startOf(to))
  }

  #startOf(index: number): number {
    return this.#ends[index - 1] ?? 0
  }

  #reserve(byteCount: number): void {
    if (byteCount <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(byteCount, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.byteCount)
    this.#bytes = grown
  }
}

const LINE_FEED = 10
