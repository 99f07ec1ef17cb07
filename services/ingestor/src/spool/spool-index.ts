/** The unit that disks give out: a file takes at least one. */
const BLOCK_BYTES = 4_096

export interface SpooledFile {
  readonly name: string
  /** On disk, in whole blocks. */
  readonly bytes: number
  readonly createdAtMs: number
}

export interface SpoolLimits {
  readonly bytesMax: number
  /** Alarm from here on, … */
  readonly bytesHigh: number
  /** … until it is down to this. */
  readonly bytesLow: number
}

export function toDiskBytes(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES
}

/** The contents of the spool, oldest first, and how full it is. */
export class SpoolIndex {
  readonly #limits: SpoolLimits
  /** In order of age; those taken by the drainer keep their place. */
  readonly #files = new Map<string, SpooledFile>()
  readonly #taken = new Set<string>()
  #bytes = 0
  #reservedBytes = 0
  #isOverWatermark = false

  constructor(limits: SpoolLimits) {
    this.#limits = limits
  }

  get bytes(): number {
    return this.#bytes
  }

  get fileCount(): number {
    return this.#files.size
  }

  get isOverWatermark(): boolean {
    return this.#isOverWatermark
  }

  /** Undefined when nothing is spooled. */
  oldest(): SpooledFile | undefined {
    return this.#files.values().next().value
  }

  /** Whether there is room for more bytes, counting files that are being written. */
  hasRoomFor(bytes: number): boolean {
    return this.#bytes + this.#reservedBytes + toDiskBytes(bytes) <= this.#limits.bytesMax
  }

  /** Reserves room for a file about to be written; returns a function that gives the room back. */
  reserve(bytes: number): () => void {
    const diskBytes = toDiskBytes(bytes)
    this.#reservedBytes += diskBytes
    return () => {
      this.#reservedBytes -= diskBytes
    }
  }

  /** Must not be older than the existing ones. */
  add(file: SpooledFile): void {
    this.#files.set(file.name, file)
    this.#bytes += file.bytes
    this.#watch()
  }

  remove(name: string): void {
    const file = this.#files.get(name)
    if (file === undefined) return
    this.#files.delete(name)
    this.#taken.delete(name)
    this.#bytes -= file.bytes
    this.#watch()
  }

  /** The oldest files that nobody has taken, within the limits but at least one. */
  take(limits: { readonly bytesMax: number; readonly filesMax: number }): readonly SpooledFile[] {
    const chosen: SpooledFile[] = []
    let bytes = 0
    for (const file of this.#files.values()) {
      if (this.#taken.has(file.name)) continue
      if (chosen.length > 0 && bytes + file.bytes > limits.bytesMax) break
      chosen.push(file)
      this.#taken.add(file.name)
      bytes += file.bytes
      if (chosen.length >= limits.filesMax) break
    }
    return chosen
  }

  /** They may be taken again. */
  putBack(files: readonly SpooledFile[]): void {
    for (const { name } of files) this.#taken.delete(name)
  }

  #watch(): void {
    const { bytesHigh, bytesLow } = this.#limits
    this.#isOverWatermark = this.#bytes >= (this.#isOverWatermark ? bytesLow + 1 : bytesHigh)
  }
}
