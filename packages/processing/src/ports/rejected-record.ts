import { carriedReceivedAt, type DeadLetterReason } from '@wabastream/contracts'
import { type KafkaRecord } from './record.ts'

/** What a dead letter says about its Kafka record. */
export interface SourceRecord {
  readonly offset: number
  readonly receivedAtMs: number
  /** When it was appended; not kept for a letter. */
  readonly timestampMs?: number
  readonly value: Uint8Array
}

/** A record that nobody will ever be able to process, and why. */
export interface RejectedRecord {
  readonly reason: Extract<DeadLetterReason, 'schema_rejected' | 'sink_rejected'>
  readonly detail: string
  readonly source: SourceRecord
}

export function toSource(record: KafkaRecord, value: Uint8Array): SourceRecord {
  return {
    offset: record.offset,
    receivedAtMs: carriedReceivedAt(record),
    timestampMs: record.timestampMs,
    value,
  }
}
