import { isStoredRecord, type StoredRecord } from '@wabastream/clickhouse'
import { type WireRecord } from '@wabastream/contracts'
import { type ReadResult, type RecordReader } from '@wabastream/processing'

/** Rejects what can be read but belongs on no topic of the sink: there is no table for it. */
export function readStoredRecords(reader: RecordReader<WireRecord>): RecordReader<StoredRecord> {
  return {
    read: (value) => keepStored(reader.read(value)),
    prepare: async (...args) => keepStored(await reader.prepare(...args)),
  }
}

function keepStored(
  result: ReadResult<WireRecord> | undefined,
): ReadResult<StoredRecord> | undefined {
  if (result === undefined || result.kind === 'rejected') return result
  const { record } = result
  const { type } = record
  return isStoredRecord(record)
    ? { kind: 'record', record }
    : { kind: 'rejected', error: new Error(`there is no table for a ${type}`) }
}
