import { type KafkaRecord, type RecordBatch } from '../ports/record.ts'

export interface Run {
  readonly records: readonly KafkaRecord[]
  /** Position of the input once the run is done. */
  readonly nextOffset: number
}

export interface RunLimits {
  readonly runRecordsMax: number
  readonly runBytesMax: number
}

/**
 * Cuts a batch into runs that each fit one transaction; a record over the limit is a run of its
 * own. A batch without records gives one empty run, so that the position can move past markers.
 */
export function splitRuns(batch: RecordBatch, { runRecordsMax, runBytesMax }: RunLimits): Run[] {
  const runs: Run[] = []
  let start = 0
  let bytes = 0
  batch.records.forEach((record, index) => {
    const size = (record.key?.length ?? 0) + (record.value?.length ?? 0)
    const isFull = index - start >= runRecordsMax || bytes + size > runBytesMax
    if (isFull && index > start) {
      runs.push({ records: batch.records.slice(start, index), nextOffset: record.offset })
      start = index
      bytes = 0
    }
    bytes += size
  })
  runs.push({ records: batch.records.slice(start), nextOffset: batch.nextOffset })
  return runs
}
