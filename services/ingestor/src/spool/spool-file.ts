import { crc32 } from 'node:zlib'
import { type OutgoingRecord } from '@wabastream/processing'

/** Ends with the version of the format. */
const MAGIC = Buffer.from('WASPOOL1', 'latin1')
/** Magic, length and checksum of what follows, number of records, checksum of the head itself. */
const HEAD_BYTES = 24
const NULL_LENGTH = 0xff_ff_ff_ff
/** Length of the value, timestamp, number of headers. */
const RECORD_HEAD_BYTES = 14
const HEADER_HEAD_BYTES = 6

/** Why a file is unusable. */
export type SpoolFileDamage = 'truncated' | 'damaged'

/** The records as they are on disk. They must have no key, because raw webhooks have none. */
export function encodeSpoolFile(records: readonly OutgoingRecord[]): Buffer {
  const payload = Buffer.concat(records.flatMap(encodeRecord))
  const head = Buffer.alloc(HEAD_BYTES)
  MAGIC.copy(head)
  head.writeUInt32LE(payload.length, 8)
  head.writeUInt32LE(crc32(payload), 12)
  head.writeUInt32LE(records.length, 16)
  head.writeUInt32LE(crc32(head.subarray(0, 20)), 20)
  return Buffer.concat([head, payload])
}

function encodeRecord({ key, value, headers = {}, timestampMs = 0 }: OutgoingRecord): Buffer[] {
  if (key !== null) throw new TypeError('a record with a key cannot be spooled')
  const entries = Object.entries(headers)
  const head = Buffer.alloc(RECORD_HEAD_BYTES)
  head.writeUInt32LE(value === null ? NULL_LENGTH : value.length, 0)
  head.writeDoubleLE(timestampMs, 4)
  head.writeUInt16LE(entries.length, 12)
  return [head, ...entries.flatMap(encodeHeader), Buffer.from(value ?? [])]
}

function encodeHeader([name, value]: readonly [string, string | Uint8Array]): Buffer[] {
  const nameBytes = Buffer.from(name)
  const valueBytes = Buffer.from(value)
  const head = Buffer.alloc(HEADER_HEAD_BYTES)
  head.writeUInt16LE(nameBytes.length, 0)
  head.writeUInt32LE(valueBytes.length, 2)
  return [head, nameBytes, valueBytes]
}

/** The records of a whole file, their header values as bytes; or what is wrong with it. */
export function decodeSpoolFile(bytes: Buffer): readonly OutgoingRecord[] | SpoolFileDamage {
  if (bytes.length < HEAD_BYTES) return 'truncated'
  const isHeadSound =
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    crc32(bytes.subarray(0, 20)) === bytes.readUInt32LE(20)
  if (!isHeadSound) return 'damaged'
  const payload = bytes.subarray(HEAD_BYTES)
  const length = bytes.readUInt32LE(8)
  if (payload.length < length) return 'truncated'
  if (payload.length > length || crc32(payload) !== bytes.readUInt32LE(12)) return 'damaged'
  return decodeRecords(payload, bytes.readUInt32LE(16))
}

/** Reads bytes whose checksum is right, which are as they were written. */
function decodeRecords(payload: Buffer, count: number): readonly OutgoingRecord[] {
  const records: OutgoingRecord[] = []
  let at = 0
  const take = (length: number): Buffer => {
    at += length
    return payload.subarray(at - length, at)
  }
  for (let index = 0; index < count; index += 1) {
    const head = take(RECORD_HEAD_BYTES)
    const headers: Record<string, Uint8Array> = {}
    for (let left = head.readUInt16LE(12); left > 0; left -= 1) {
      const headerHead = take(HEADER_HEAD_BYTES)
      const name = take(headerHead.readUInt16LE(0)).toString()
      headers[name] = take(headerHead.readUInt32LE(2))
    }
    const length = head.readUInt32LE(0)
    const value = length === NULL_LENGTH ? null : take(length)
    records.push({ key: null, value, headers, timestampMs: head.readDoubleLE(4) })
  }
  return records
}
