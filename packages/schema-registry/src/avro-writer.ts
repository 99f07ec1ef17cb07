import { CodecError } from './codec-error.ts'

/** Texts up to here are copied unit by unit if they are ASCII: a native call costs as much. */
const SHORT_TEXT_LENGTH_MAX = 20
/** A length up to the first takes one byte, up to the second two. */
const [ONE_BYTE_LENGTH_MAX, TWO_BYTE_LENGTH_MAX] = [63, 8_191]
const UTF8_BYTES_PER_UNIT_MAX = 3
/** Above it, zigzag numbers are no longer exact in a double. */
const LONG_MAX = 2 ** 52
const INT_MAX = 2 ** 31 - 1
/** Numbers are written in groups of seven bits. */
const FOUR_GROUPS = 2 ** 28
const BRANCH_NULL = 0
const BRANCH_VALUE = 2

/**
 * Appends Avro primitives to a buffer. Writes beyond the buffer's end are lost but counted: the
 * caller compares `position` with the length once per record, and repeats the record in a bigger
 * buffer.
 */
export class AvroWriter {
  position = 0
  #buffer: Buffer = Buffer.alloc(0)

  reset(buffer: Buffer, position: number): void {
    this.#buffer = buffer
    this.position = position
  }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') throw rejected('boolean', value)
    this.#buffer[this.position] = value ? 1 : 0
    this.position += 1
  }

  int(value: number): void {
    if (!(value >= -INT_MAX - 1 && value <= INT_MAX)) throw rejected('int', value)
    this.long(value)
  }

  long(value: number): void {
    if (!Number.isInteger(value) || value > LONG_MAX || value < -LONG_MAX)
      throw rejected('long', value)
    let rest = value >= 0 ? value * 2 : -value * 2 - 1
    if (rest > INT_MAX) rest = this.#lowestGroups(rest)
    while (rest >= 0x80) {
      this.#buffer[this.position] = (rest & 0x7f) | 0x80
      this.position += 1
      rest >>>= 7
    }
    this.#buffer[this.position] = rest
    this.position += 1
  }

  string(value: string): void {
    if (typeof value !== 'string') throw rejected('string', value)
    const isWritten =
      value.length <= SHORT_TEXT_LENGTH_MAX ? this.#shortAscii(value) : this.#longer(value)
    if (!isWritten) this.#text(value)
  }

  bytes(value: Uint8Array): void {
    this.long(value.length)
    const end = this.position + value.length
    if (end <= this.#buffer.length) this.#buffer.set(value, this.position)
    this.position = end
  }

  items<Item>(values: readonly Item[], write: (out: AvroWriter, value: Item) => void): void {
    if (values.length > 0) {
      this.long(values.length)
      for (const value of values) write(this, value)
    }
    this.long(0)
  }

  nullableBoolean(value: boolean | null): void {
    if (this.#branch(value)) this.boolean(value)
  }

  nullableInt(value: number | null): void {
    if (this.#branch(value)) this.int(value)
  }

  nullableLong(value: number | null): void {
    if (this.#branch(value)) this.long(value)
  }

  nullableString(value: string | null): void {
    if (this.#branch(value)) this.string(value)
  }

  #branch<Value>(value: Value | null): value is Value {
    this.#buffer[this.position] = value === null ? BRANCH_NULL : BRANCH_VALUE
    this.position += 1
    return value !== null
  }

  /** Of a number beyond 31 bits: writes its lowest four groups, and returns what is above them. */
  #lowestGroups(value: number): number {
    const above = Math.floor(value / FOUR_GROUPS)
    let rest = value - above * FOUR_GROUPS
    for (const end = this.position + 4; this.position < end; this.position += 1) {
      this.#buffer[this.position] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    return above
  }

  /** False if the text is not ASCII; then nothing is written. */
  #shortAscii(value: string): boolean {
    const buffer = this.#buffer
    const start = this.position
    const { length } = value
    for (let index = 0; index < length; index += 1) {
      const unit = value.charCodeAt(index)
      if (unit >= 0x80) return false
      buffer[start + 1 + index] = unit
    }
    buffer[start] = length * 2
    this.position = start + 1 + length
    return true
  }

  /**
   * Writes the text in one call behind the room that its length takes if it is ASCII; false if it
   * takes more, or the buffer may end before the text.
   */
  #longer(value: string): boolean {
    const { length } = value
    const start = this.position + (length <= ONE_BYTE_LENGTH_MAX ? 1 : 2)
    const bytesMax = length * UTF8_BYTES_PER_UNIT_MAX
    if (length > TWO_BYTE_LENGTH_MAX || start + bytesMax > this.#buffer.length) return false
    const bytes = this.#buffer.write(value, start, bytesMax, 'utf8')
    if (bytes > (length <= ONE_BYTE_LENGTH_MAX ? ONE_BYTE_LENGTH_MAX : TWO_BYTE_LENGTH_MAX)) {
      return false
    }
    this.long(bytes)
    this.position = start + bytes
    return true
  }

  #text(value: string): void {
    const byteLength = Buffer.byteLength(value)
    this.long(byteLength)
    const end = this.position + byteLength
    if (end <= this.#buffer.length) this.#buffer.write(value, this.position, byteLength, 'utf8')
    this.position = end
  }
}

function rejected(type: string, value: unknown): CodecError {
  return new CodecError('value_rejected', `${typeof value} is not a valid ${type}`)
}
