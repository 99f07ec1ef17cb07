import { setImmediate as nextTurn } from 'node:timers/promises'
import { budgetOf } from './answer-budget.ts'
import { unpackRecords } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { FetchedRecord, MalformedRecord } from './fetched-record.ts'
import { readVarint, readVarlong, varintEnd } from './varint.ts'

const BATCH_HEADER_SIZE = 61
const LENGTH_FIELDS_SIZE = 12
const MAGIC_AT = 16
const MAGIC = 2
/** After so many bytes of one partition the event loop has a turn before the next one is read. */
const TURN_BYTES = 256 * 1024

/** The part of the client's decoder that we use. */
export interface FetchDecoder {
  readonly buffer: Buffer
  offset: number
}

/** One record batch of a fetch. `from..to` are its records in the list of all. */
export interface BatchSpan {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly producerId: number
  readonly isTransactional: boolean
  readonly isControl: boolean
  readonly from: number
  readonly to: number
}

/** What a fetch holds of one partition, including control and aborted records. */
export interface FetchedRecords {
  readonly records: readonly FetchedRecord[]
  readonly batches: readonly BatchSpan[]
  /**
   * Why the next batch, and any after it, must not be used: it is damaged, or in a format that no
   * broker in use writes. Null if there is no such batch.
   */
  readonly damage: string | null
  /** True if the broker failed to read the batch, which says nothing about the batch itself. */
  readonly mayPass?: boolean
}

class DamagedBatch extends Error {}

interface BatchHeader {
  readonly start: number
  readonly end: number
  readonly attributes: number
  readonly baseOffset: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly count: number
}

const int64 = (buffer: Buffer, at: number): number =>
  buffer.readInt32BE(at) * 4294967296 + buffer.readUInt32BE(at + 4)

function readHeader(buffer: Buffer, start: number): BatchHeader {
  const end = start + LENGTH_FIELDS_SIZE + buffer.readInt32BE(start + 8)
  if (end < start + BATCH_HEADER_SIZE) throw new DamagedBatch('the size of a batch is wrong')
  const header = {
    start,
    end,
    attributes: buffer.readInt16BE(start + 21),
    baseOffset: int64(buffer, start),
    baseTimestamp: int64(buffer, start + 27),
    maxTimestamp: int64(buffer, start + 35),
    count: buffer.readInt32BE(start + 57),
  }
  if (buffer[start + MAGIC_AT] !== MAGIC) {
    throw new DamagedBatch('a batch has an unknown format')
  }
  if (crc32c(buffer, start + 21, end) !== buffer.readUInt32BE(start + 17)) {
    throw new DamagedBatch('the checksum of a batch is wrong')
  }
  return header
}

function readRecords(
  buffer: Buffer,
  range: { readonly start: number; readonly end: number },
  header: BatchHeader,
  into: FetchedRecord[],
): void {
  const { baseOffset, baseTimestamp, count } = header
  const appendTimestamp = (header.attributes & 8) === 0 ? -1 : header.maxTimestamp
  let at = range.start
  for (let i = 0; i < count; i++) {
    const size = readVarint(buffer, at)
    const next = varintEnd + size
    if (size < 0 || next > range.end) throw new MalformedRecord()
    const delta = readVarlong(buffer, varintEnd + 1)
    const offset = baseOffset + readVarint(buffer, varintEnd)
    const timestamp = appendTimestamp >= 0 ? appendTimestamp : baseTimestamp + delta
    const record = new FetchedRecord(buffer, varintEnd, offset, timestamp)
    if (record.headersAt() > next) throw new MalformedRecord()
    into.push(record)
    at = next
  }
}

function toSpan(buffer: Buffer, header: BatchHeader, from: number, to: number): BatchSpan {
  return {
    baseOffset: header.baseOffset,
    lastOffset: header.baseOffset + buffer.readInt32BE(header.start + 23),
    producerId: int64(buffer, header.start + 43),
    isTransactional: (header.attributes & 16) !== 0,
    isControl: (header.attributes & 32) !== 0,
    from,
    to,
  }
}

/** Appends the records of the batch that begins at `start`, all of them or none. */
function readBatch(
  buffer: Buffer,
  start: number,
  records: FetchedRecord[],
): { readonly span: BatchSpan; readonly end: number; readonly bytes: number } {
  const header = readHeader(buffer, start)
  const from = records.length
  const codec = header.attributes & 7
  const body = { start: start + BATCH_HEADER_SIZE, end: header.end }
  let bytes = body.end - body.start
  try {
    if (codec === 0) readRecords(buffer, body, header, records)
    else if (header.count > 0) {
      const plain = unpackRecords(buffer.subarray(body.start, body.end), codec)
      if (plain === undefined) throw new DamagedBatch(`unknown compression ${codec}`)
      bytes = plain.length
      readRecords(plain, { start: 0, end: plain.length }, header, records)
    }
  } catch (error) {
    records.length = from
    throw error
  }
  const span = toSpan(buffer, header, from, records.length)
  return { span, end: header.end, bytes }
}

/**
 * Replaces protocol/requests/fetch/v4/decodeMessages.js: reads the record batches of one partition
 * in place, up to a damaged one, which affects only that partition. Leaves out a last batch that
 * the answer cuts short; a broker never cuts the first. What would unpack to more than was asked
 * for (see `AnswerBudget`) is left to the next fetch in the same way.
 */
export async function decodeRecords(decoder: FetchDecoder): Promise<FetchedRecords> {
  const { buffer } = decoder
  const start = decoder.offset + 4
  const size = buffer.readInt32BE(decoder.offset)
  const isCut = size <= 0 || start + size > buffer.length
  decoder.offset = isCut ? start : start + size
  if (isCut) return { records: [], batches: [], damage: null }
  const budget = budgetOf(buffer)
  const { bytes, fetched } = readBatches(
    buffer,
    { start, end: start + size },
    budget.partitionBytes,
  )
  budget.spend(bytes)
  if (bytes >= TURN_BYTES) await nextTurn()
  return fetched
}

/** The batches in the range, until they have taken so many bytes; at least one. */
function readBatches(
  buffer: Buffer,
  range: { readonly start: number; readonly end: number },
  bytesMax: number,
): { readonly fetched: FetchedRecords; readonly bytes: number } {
  const records: FetchedRecord[] = []
  const batches: BatchSpan[] = []
  let damage: string | null = null
  let bytes = 0
  let at = range.start
  try {
    while ((at === range.start || bytes < bytesMax) && range.end - at >= BATCH_HEADER_SIZE) {
      if (at + LENGTH_FIELDS_SIZE + buffer.readInt32BE(at + 8) > range.end) {
        if (at === range.start) throw new DamagedBatch('a batch is longer than the answer')
        break
      }
      const batch = readBatch(buffer, at, records)
      batches.push(batch.span)
      bytes += batch.bytes
      at = batch.end
    }
  } catch (error) {
    damage = error instanceof Error ? error.message : String(error)
  }
  return { fetched: { records, batches, damage }, bytes }
}
