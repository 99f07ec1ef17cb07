import { createHash } from 'node:crypto'
import { rawHeaders, type RawOrigin } from '@wabastream/contracts'
import { type OutgoingRecord } from '@wabastream/processing'
import { type ImportedBody } from './read-imported-body.ts'

const ORIGIN: RawOrigin = 'imported'

/** A raw record like those of the ingestor, which says where it is from. */
export function toImportRecord(
  { body, line, receivedAt }: ImportedBody,
  { channel, number }: { readonly channel: string; readonly number: string | null },
): OutgoingRecord {
  return {
    key: null,
    value: body,
    headers: {
      [rawHeaders.receiptId]: toReceiptId({ body, line, receivedAt }),
      [rawHeaders.receivedAt]: String(receivedAt),
      [rawHeaders.channel]: channel,
      [rawHeaders.verification]: ORIGIN,
      [rawHeaders.origin]: ORIGIN,
      ...(number === null ? {} : { [rawHeaders.number]: number }),
    },
  }
}

/**
 * A UUID of version 7 that is always the same for the same body at the same place of an input, so
 * that a repeated import is recognised.
 */
export function toReceiptId({ body, line, receivedAt }: ImportedBody): string {
  const digest = createHash('sha256').update(`${line}\n`).update(body).digest()
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(receivedAt, 0, 6)
  digest.copy(bytes, 6, 0, 10)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
