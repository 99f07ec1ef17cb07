import { type KafkaRecord, type RecordBatch } from './record.ts'

/** The traces that the records of a batch belong to, while the batch is worked on. */
export interface RecordTraces {
  /** For the headers of what follows from the record; undefined if the record is not traced. */
  traceparentOf(record: KafkaRecord): string | undefined
  /** The work on the whole batch is done, or has failed. */
  end(error?: unknown): void
}

/** Undefined if no record of the batch is traced. */
export type BeginTraces = (
  batch: Pick<RecordBatch, 'topic' | 'partition' | 'records'>,
) => RecordTraces | undefined
