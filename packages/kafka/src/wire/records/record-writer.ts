import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts'

export type Bytes = string | Uint8Array

/** A record as the client hands it to the produce request. */
export interface WireMessage {
  readonly key?: Bytes | null | undefined
  readonly value: Bytes | null
  readonly headers?: WireHeaders | null | undefined
  readonly timestamp?: string | number | undefined
  readonly partition?: number | undefined
}

type WireHeaders = Readonly<Record<string, HeaderValue>>
type HeaderValue = Bytes | null | readonly (Bytes | null)[]

/** Times of the records in one batch: the first is the base of the deltas. */
export interface BatchTimes {
  readonly base: number
  readonly max: number
  /** The time for records that have none. */
  readonly now: number
}

/** There are few names, so each is kept as it is on the wire, length first. */
const headerNames = new Map<string, Uint8Array>()
const HEADER_NAMES_MAX = 512
const SHORT_TEXT_MAX = 40
const SHORT_BYTES_MAX = 24

/** The record can't be written, and trying again will not help. */
export class UnwritableRecord extends Error {
  override readonly name = 'UnwritableRecord'
  /** Keeps the client from trying again. */
  readonly retriable = false
}

function byteLength(value: Bytes): number {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Uint8Array) return value.length
  throw new UnwritableRecord(
    `keys, values and headers are text, bytes or null, not ${typeof value}`,
  )
}

const nullableLength = (value: Bytes | null | undefined): number =>
  value === null || value === undefined ? -1 : byteLength(value)

function writeBytes(buffer: Buffer, at: number, value: Bytes, size: number): number {
  if (typeof value !== 'string') {
    if (size > SHORT_BYTES_MAX) buffer.set(value, at)
    else for (let i = 0; i < size; i++) buffer[at + i] = value[i] ?? 0
    return at + size
  }
  // If there are as many bytes as code units, the text is ASCII.
  if (size === value.length && size <= SHORT_TEXT_MAX) {
    for (let i = 0; i < size; i++) buffer[at + i] = value.charCodeAt(i)
    return at + size
  }
  return at + buffer.write(value, at, size)
}

function writeSized(
  buffer: Buffer,
  at: number,
  value: Bytes | null | undefined,
  size: number,
): number {
  const start = writeVarint(buffer, at, size)
  return value === null || value === undefined ? start : writeBytes(buffer, start, value, size)
}

function encodedName(name: string): Uint8Array {
  const known = headerNames.get(name)
  if (known !== undefined) return known
  const size = Buffer.byteLength(name)
  const bytes = Buffer.alloc(varintSize(size) + size)
  bytes.write(name, writeVarint(bytes, 0, size))
  if (headerNames.size < HEADER_NAMES_MAX) headerNames.set(name, bytes)
  return bytes
}

function headerSize(name: string, value: Bytes | null): number {
  const size = nullableLength(value)
  return encodedName(name).length + varintSize(size) + Math.max(size, 0)
}

function isList(value: HeaderValue): value is readonly (Bytes | null)[] {
  return Array.isArray(value)
}

function headersSize(headers: WireHeaders): number {
  let size = 0
  let count = 0
  for (const name in headers) {
    const value = headers[name] ?? null
    if (isList(value)) {
      for (const one of value) size += headerSize(name, one)
      count += value.length
    } else {
      size += headerSize(name, value)
      count++
    }
  }
  return size + varintSize(count)
}

function writeHeader(buffer: Buffer, at: number, name: string, value: Bytes | null): number {
  const encoded = encodedName(name)
  for (let i = 0; i < encoded.length; i++) buffer[at + i] = encoded[i] ?? 0
  return writeSized(buffer, at + encoded.length, value, nullableLength(value))
}

function writeHeaders(buffer: Buffer, at: number, headers: WireHeaders): number {
  let count = 0
  for (const name in headers) {
    const value = headers[name] ?? null
    count += isList(value) ? value.length : 1
  }
  let position = writeVarint(buffer, at, count)
  for (const name in headers) {
    const value = headers[name] ?? null
    if (isList(value)) {
      for (const one of value) position = writeHeader(buffer, position, name, one)
    } else position = writeHeader(buffer, position, name, value)
  }
  return position
}

export function timestampOf(message: WireMessage, now: number): number {
  if (!message.timestamp) return now
  const timestamp = Number(message.timestamp)
  if (Number.isSafeInteger(timestamp)) return timestamp
  throw new UnwritableRecord(`timestamp ${message.timestamp} is not a whole number of milliseconds`)
}

export function batchTimesOf(messages: readonly WireMessage[], now: number): BatchTimes {
  const first = messages[0]
  const base = first === undefined ? now : timestampOf(first, now)
  let max = base
  for (const message of messages) max = Math.max(max, timestampOf(message, now))
  return { base, max, now }
}

/** Sizes that `measure` found, for `write`: three numbers per record. It grows and is reused. */
export class RecordSizes {
  #bodies: Int32Array = new Int32Array(4096)
  #keys: Int32Array = new Int32Array(4096)
  #values: Int32Array = new Int32Array(4096)

  /** Stores the sizes of all records from index `at`; returns the bytes that they take together. */
  measure(messages: readonly WireMessage[], at: number, times: BatchTimes): number {
    this.#reserve(at + messages.length)
    let total = 0
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i]
      if (message === undefined) continue
      const key = nullableLength(message.key)
      const value = nullableLength(message.value)
      const headers = message.headers
      const size =
        1 +
        varlongSize(timestampOf(message, times.now) - times.base) +
        varintSize(i) +
        varintSize(key) +
        Math.max(key, 0) +
        varintSize(value) +
        Math.max(value, 0) +
        (headers === null || headers === undefined ? 1 : headersSize(headers))
      this.#bodies[at + i] = size
      this.#keys[at + i] = key
      this.#values[at + i] = value
      total += varintSize(size) + size
    }
    return total
  }

  /** Writes the records that `measure` saw at `at`; returns where they end. */
  write(
    buffer: Buffer,
    start: number,
    measured: { readonly messages: readonly WireMessage[]; readonly at: number },
    times: BatchTimes,
  ): number {
    const { messages, at } = measured
    let position = start
    for (let i = 0; i < messages.length; i++) {
      const message = messages[i]
      if (message === undefined) continue
      position = writeVarint(buffer, position, this.#bodies[at + i] ?? 0)
      buffer[position++] = 0
      position = writeVarlong(buffer, position, timestampOf(message, times.now) - times.base)
      position = writeVarint(buffer, position, i)
      position = writeSized(buffer, position, message.key, this.#keys[at + i] ?? 0)
      position = writeSized(buffer, position, message.value, this.#values[at + i] ?? 0)
      const headers = message.headers
      if (headers === null || headers === undefined) buffer[position++] = 0
      else position = writeHeaders(buffer, position, headers)
    }
    return position
  }

  #reserve(count: number): void {
    if (count <= this.#bodies.length) return
    const grown = (from: Int32Array): Int32Array => {
      const to = new Int32Array(count * 2)
      to.set(from)
      return to
    }
    this.#bodies = grown(this.#bodies)
    this.#keys = grown(this.#keys)
    this.#values = grown(this.#values)
  }
}
