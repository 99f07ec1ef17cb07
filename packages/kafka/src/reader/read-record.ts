import { type KafkaRecord, type TopicPartition } from '@wabastream/processing'
import { type Connection } from '../connection/connection.ts'
import { KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import { PartitionFetcher } from './partition-fetcher.ts'

export interface RecordPosition extends TopicPartition {
  readonly offset: number
}

/** A record with its own bytes, which may be kept and printed. */
export interface StoredRecord extends RecordPosition {
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly (readonly [string, Uint8Array | null])[]
}

const copyOf = (bytes: Uint8Array | null): Uint8Array | null =>
  bytes === null ? null : new Uint8Array(bytes)

/** Null for an offset out of range, and if compaction, an abort or a marker left no record. */
export async function readRecord(
  open: () => Connection,
  position: RecordPosition,
): Promise<StoredRecord | null> {
  const fetcher = new PartitionFetcher(open)
  try {
    const { messages } = await fetcher.fetch(position)
    const record = messages.find(({ offset }) => offset === position.offset)
    if (record === undefined) return null
    return {
      topic: position.topic,
      partition: position.partition,
      offset: record.offset,
      timestampMs: record.timestampMs,
      key: copyOf(record.key),
      value: copyOf(record.value),
      headers: record.headers().map(([name, value]) => [name, copyOf(value)]),
    }
  } catch (error) {
    const failure = toKafkaError(error, 'reading a record')
    if (failure instanceof KafkaError && failure.code === 'position_gap') return null
    throw failure
  } finally {
    await fetcher.close()
  }
}

/** The same record as a reader of its topic meets it. */
export function toKafkaRecord(stored: StoredRecord): KafkaRecord {
  const { headers, key, offset, timestampMs, value } = stored
  const header = (name: string): Uint8Array | null =>
    headers.find(([candidate]) => candidate === name)?.[1] ?? null
  const toText = (bytes: Uint8Array | null): string | null =>
    bytes === null ? null : Buffer.from(bytes).toString()
  return {
    offset,
    timestampMs,
    key,
    value,
    header,
    keyText: () => toText(key),
    valueText: () => toText(value),
    headerText: (name) => toText(header(name)),
  }
}
