/**
 * A record as it is in Kafka. Byte views are valid until the batch is done: copy what you keep
 * longer.
 */
export interface KafkaRecord {
  readonly offset: number
  /** Milliseconds since 1970, as the producer or the broker stamped it. */
  readonly timestampMs: number
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  keyText(): string | null
  valueText(): string | null
  /** First value of an ASCII-named header; null when the record has none of that name. */
  header(name: string): Uint8Array | null
  headerText(name: string): string | null
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/**
 * Offset of the next record to be read (as committed to a group): one past the last record done.
 */
export interface Position extends TopicPartition {
  readonly offset: number
}

/** What a group commits of a partition, and what it is handed back when it takes it again. */
export interface CommittedPosition extends Position {
  /** Kept by the broker beside the offset, up to its `offset.metadata.max.bytes` (4 096). */
  readonly metadata?: string
}

/**
 * What one fetch returned of one partition, without aborted and control records. May hold no
 * records.
 */
export interface RecordBatch extends TopicPartition {
  readonly records: readonly KafkaRecord[]
  /** Where the fetch began. If it is not the expected position, records were skipped. */
  readonly fetchedOffset: number
  /** Where the next fetch begins: past markers, aborted records and compacted gaps. */
  readonly nextOffset: number
  /** High watermark at the time of the fetch. */
  readonly endOffset: number
}

export interface OutgoingRecord {
  readonly key: string | Uint8Array | null
  /** Null is a tombstone. */
  readonly value: Uint8Array | null
  readonly headers?: Readonly<Record<string, string | Uint8Array>>
  readonly timestampMs?: number
}
