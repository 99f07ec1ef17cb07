import { type KafkaRecord, type OutgoingRecord } from '@wabastream/processing'

/** The record as a consumer sees it once it is at `offset`. */
export function toKafkaRecord(offset: number, record: OutgoingRecord): KafkaRecord {
  const key = toBytes(record.key)
  const value = toBytes(record.value)
  const header = (name: string) => toBytes(record.headers?.[name] ?? null)
  return {
    offset,
    key,
    value,
    header,
    timestampMs: record.timestampMs ?? 0,
    keyText: () => toText(key),
    valueText: () => toText(value),
    headerText: (name) => toText(header(name)),
  }
}

function toBytes(content: string | Uint8Array | null): Uint8Array | null {
  return typeof content === 'string' ? Buffer.from(content) : content
}

function toText(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString()
}
