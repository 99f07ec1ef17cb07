import { type WireRecord, type WireRecordName, type WireRecords } from '@wabastream/contracts'
import { type AvroReader } from './avro-reader.ts'
import { type AvroWriter } from './avro-writer.ts'

/** Avro bodies of all record types, without the header of the wire format. */
export type RecordWriters = {
  readonly [N in WireRecordName]: (out: AvroWriter, value: WireRecords[N]) => void
}

export type RecordReaders = { readonly [N in WireRecordName]: (input: AvroReader) => WireRecord }
