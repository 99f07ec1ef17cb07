import type { Message } from 'kafkajs'
import { type OutgoingRecord } from '@wabastream/processing'

/**
 * Largest record batch that is sent: below the 4 MiB that topics accept, with room for overhead.
 */
export const BATCH_BYTES_MAX = 3_670_016
/** Sizes of fields, offsets and times of one record and its headers. */
const RECORD_OVERHEAD_BYTES = 40
const HEADER_OVERHEAD_BYTES = 6

function bytesOf(value: string | Uint8Array | null): number {
  if (value === null) return 0
  return typeof value === 'string' ? Buffer.byteLength(value) : value.length
}

/** Bytes that a record takes on the wire, or a little more. */
export function recordBytes(record: OutgoingRecord): number {
  let bytes = RECORD_OVERHEAD_BYTES + bytesOf(record.key) + bytesOf(record.value)
  const { headers } = record
  if (headers === undefined) return bytes
  for (const name in headers) {
    bytes += HEADER_OVERHEAD_BYTES + name.length + bytesOf(headers[name] ?? null)
  }
  return bytes
}

/** Runs of records of at most `bytesMax` each, in order; a larger record is a run alone. */
export function splitByBytes(
  records: readonly OutgoingRecord[],
  bytesMax: number,
): readonly { readonly records: readonly OutgoingRecord[]; readonly bytes: number }[] {
  const runs: { records: readonly OutgoingRecord[]; bytes: number }[] = []
  let from = 0
  let bytes = 0
  records.forEach((record, i) => {
    const size = recordBytes(record)
    if (i > from && bytes + size > bytesMax) {
      runs.push({ records: records.slice(from, i), bytes })
      from = i
      bytes = 0
    }
    bytes += size
  })
  if (records.length > from) {
    runs.push({ records: from === 0 ? records : records.slice(from), bytes })
  }
  return runs
}

/**
 * The record in the client's form. Our encoder writes text and any byte array unchanged, so nothing
 * is copied, whatever the client's types say.
 */
export function toMessage(record: OutgoingRecord, partition: number): Message {
  const { headers, key, timestampMs, value } = record
  const message = { key, value, headers, partition, timestamp: timestampMs }
  return message as unknown as Message
}
