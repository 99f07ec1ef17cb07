const BYTES_MIN = 16_384
const FREE_BYTES_MAX = 64 * 1024 * 1024

/**
 * Buffers that are used again. New ones lie outside the heap of V8, which therefore collects the
 * whole heap for every 64 MB of them: a third of what a sink in a backlog would do.
 */
export class SlabMemory {
  readonly #freeBytesMax: number
  /** By length, each a power of two. */
  readonly #free = new Map<number, Buffer[]>()
  #freeBytes = 0

  constructor(freeBytesMax = FREE_BYTES_MAX) {
    this.#freeBytesMax = freeBytesMax
  }

  /** Of at least so many bytes, which may hold anything. */
  take(byteCount: number): Buffer {
    const length = 2 ** Math.ceil(Math.log2(Math.max(byteCount, BYTES_MIN)))
    const free = this.#free.get(length)?.pop()
    if (free === undefined) return Buffer.allocUnsafeSlow(length)
    this.#freeBytes -= length
    return free
  }

  /** What was taken, once nobody reads or writes it any more. */
  give(taken: Buffer): void {
    const { length } = taken
    if (this.#freeBytes + length > this.#freeBytesMax) return
    this.#freeBytes += length
    const free = this.#free.get(length)
    if (free === undefined) this.#free.set(length, [taken])
    else free.push(taken)
  }
}
