import { CodecError } from './codec-error.ts'

const LONG_SCALE_MAX = 2 ** 56
/** Texts that are parts of one text keep all of it alive: of a larger record each is its own. */
const SHARED_BYTES_MAX = 2_048

/** Reads Avro primitives. Texts and bytes are copies, so that they do not keep the buffer alive. */
export class AvroReader {
  #buffer: Buffer = Buffer.alloc(0)
  #position = 0
  #shared: string | undefined

  reset(bytes: Uint8Array, position: number): void {
    this.#buffer = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#position = position
    this.#shared = undefined
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.#position !== this.#buffer.length) throw malformed('bytes are left over')
  }

  boolean(): boolean {
    return this.#byte() !== 0
  }

  int(): number {
    return this.long()
  }

  long(): number {
    const first = this.#byte()
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let zigzag = first & 0x7f
    for (let scale = 0x80; scale <= LONG_SCALE_MAX; scale *= 0x80) {
      const byte = this.#byte()
      zigzag += (byte & 0x7f) * scale
      if (byte < 0x80) return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
    }
    throw malformed('a number is too long')
  }

  string(): string {
    const end = this.#endOfValue()
    const start = this.#position
    this.#position = end
    if (this.#buffer.length > SHARED_BYTES_MAX || !this.#isAscii(start, end)) {
      return this.#buffer.toString('utf8', start, end)
    }
    const shared = (this.#shared ??= this.#buffer.toString('latin1'))
    return shared.slice(start, end)
  }

  #isAscii(start: number, end: number): boolean {
    const buffer = this.#buffer
    for (let index = start; index < end; index += 1) if ((buffer[index] ?? 0) > 0x7f) return false
    return true
  }

  /** A text of a closed set. A word that only a newer writer knows is passed on unchanged. */
  word<Word extends string>(words: readonly Word[]): Word {
    const text = this.string()
    return words.find((word) => word === text) ?? (text as Word)
  }

  bytes(): Uint8Array {
    const end = this.#endOfValue()
    const copy = new Uint8Array(this.#buffer.subarray(this.#position, end))
    this.#position = end
    return copy
  }

  items<Item>(read: (input: AvroReader) => Item): readonly Item[] {
    const items: Item[] = []
    for (let count = this.#blockCount(); count > 0; count = this.#blockCount()) {
      if (count > this.#buffer.length) throw malformed('a list is longer than its bytes')
      for (let index = 0; index < count; index += 1) items.push(read(this))
    }
    return items
  }

  nullableBoolean(): boolean | null {
    return this.#isNull() ? null : this.boolean()
  }

  nullableInt(): number | null {
    return this.#isNull() ? null : this.int()
  }

  nullableLong(): number | null {
    return this.#isNull() ? null : this.long()
  }

  nullableString(): string | null {
    return this.#isNull() ? null : this.string()
  }

  nullableWord<Word extends string>(words: readonly Word[]): Word | null {
    return this.#isNull() ? null : this.word(words)
  }

  #isNull(): boolean {
    const branch = this.#byte()
    if (branch !== 0 && branch !== 2) throw malformed('no such branch')
    return branch === 0
  }

  /** A negative count is followed by the block's size, which only skipping needs. */
  #blockCount(): number {
    const count = this.long()
    if (count >= 0) return count
    this.long()
    return -count
  }

  #endOfValue(): number {
    const length = this.long()
    const end = this.#position + length
    if (length < 0 || end > this.#buffer.length) throw malformed('a value is cut')
    return end
  }

  #byte(): number {
    const byte = this.#buffer[this.#position]
    if (byte === undefined) throw malformed('the record is cut')
    this.#position += 1
    return byte
  }
}

function malformed(problem: string): CodecError {
  return new CodecError('bytes_malformed', `malformed record: ${problem}`)
}
