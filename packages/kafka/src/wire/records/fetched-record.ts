import { type KafkaRecord } from '@wabastream/processing'
import { readVarint, varintEnd } from './varint.ts'

/**
 * A record that is read in place: its position is known, and the rest is decoded when asked for.
 * Its parts are getters and methods, so a spread or JSON.stringify loses them.
 * A size below 0 is null. Fields are declared only, so that each is written once.
 */
export class FetchedRecord implements KafkaRecord {
  declare readonly offset: number
  declare readonly timestampMs: number
  declare private readonly buffer: Buffer
  declare private readonly keyAt: number
  declare private readonly keySize: number
  declare private readonly valueAt: number
  declare private readonly valueSize: number

  /** `at` is where the key's size is, after offset and time. */
  constructor(buffer: Buffer, at: number, offset: number, timestampMs: number) {
    this.offset = offset
    this.timestampMs = timestampMs
    this.buffer = buffer
    this.keySize = readVarint(buffer, at)
    this.keyAt = varintEnd
    this.valueSize = readVarint(buffer, this.keySize > 0 ? varintEnd + this.keySize : varintEnd)
    this.valueAt = varintEnd
  }

  get key(): Buffer | null {
    return bytesAt(this.buffer, this.keyAt, this.keySize)
  }

  get value(): Buffer | null {
    return bytesAt(this.buffer, this.valueAt, this.valueSize)
  }

  keyText(): string | null {
    return textAt(this.buffer, this.keyAt, this.keySize)
  }

  valueText(): string | null {
    return textAt(this.buffer, this.valueAt, this.valueSize)
  }

  header(name: string): Buffer | null {
    const size = findHeader(this.buffer, this.headersAt(), name)
    return bytesAt(this.buffer, foundAt, size)
  }

  headerText(name: string): string | null {
    const size = findHeader(this.buffer, this.headersAt(), name)
    return textAt(this.buffer, foundAt, size)
  }

  /** All headers in order; names repeat if the record repeats them. */
  headers(): readonly (readonly [string, Buffer | null])[] {
    const headers: (readonly [string, Buffer | null])[] = []
    let at = this.headersAt()
    let left = readVarint(this.buffer, at)
    at = varintEnd
    while (left-- > 0) {
      const nameSize = readVarint(this.buffer, at)
      const nameAt = varintEnd
      if (nameSize < 0 || nameAt + nameSize > this.buffer.length) throw new MalformedRecord()
      const size = readVarint(this.buffer, nameAt + nameSize)
      const name = this.buffer.toString('utf8', nameAt, nameAt + nameSize)
      headers.push([name, bytesAt(this.buffer, varintEnd, size)])
      at = varintEnd + Math.max(size, 0)
    }
    return headers
  }

  /** Where the value ends; past the record's own end if its sizes are wrong. */
  headersAt(): number {
    return this.valueSize > 0 ? this.valueAt + this.valueSize : this.valueAt
  }
}

export class MalformedRecord extends Error {
  override readonly name = 'MalformedRecord'

  constructor() {
    super('malformed record: a part is longer than the whole')
  }
}

const bytesAt = (buffer: Buffer, at: number, size: number): Buffer | null =>
  size < 0 ? null : buffer.subarray(at, at + size)

const textAt = (buffer: Buffer, at: number, size: number): string | null =>
  size < 0 ? null : buffer.toString('utf8', at, at + size)

/** Where the value of the last header found begins. */
let foundAt = 0

/** Size of the first value under an ASCII name; -1 if there is none. Decodes nothing else. */
function findHeader(buffer: Buffer, headersAt: number, name: string): number {
  let left = readVarint(buffer, headersAt)
  let at = varintEnd
  while (left-- > 0) {
    const nameSize = readVarint(buffer, at)
    const nameAt = varintEnd
    const size = readVarint(buffer, nameAt + nameSize)
    foundAt = varintEnd
    if (nameSize === name.length && isTextAt(buffer, nameAt, name)) return size
    at = foundAt + Math.max(size, 0)
  }
  return -1
}

function isTextAt(buffer: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (buffer[at + i] !== text.charCodeAt(i)) return false
  return true
}
