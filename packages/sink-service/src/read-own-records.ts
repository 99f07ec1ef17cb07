import {
  createReadGuard,
  type ReaderName,
  type RecordReadBy,
  type WireRecord,
} from '@wabastream/contracts'
import { type ReadResult, type RecordReader } from '@wabastream/processing'

/** Rejects records that can be read but belong on none of the sink's topics: they have no table. */
export function readOwnRecords<Service extends ReaderName>(
  service: Service,
  reader: RecordReader<WireRecord>,
): RecordReader<RecordReadBy<Service>> {
  const isOwn = createReadGuard(service)
  const keepOwn = (
    result: ReadResult<WireRecord> | undefined,
  ): ReadResult<RecordReadBy<Service>> | undefined => {
    if (result === undefined || result.kind === 'rejected') return result
    const { record } = result
    const { type } = record
    return isOwn(record)
      ? { kind: 'record', record }
      : { kind: 'rejected', error: new Error(`there is no table for a ${type}`) }
  }
  return {
    read: (value) => keepOwn(reader.read(value)),
    prepare: async (...args) => keepOwn(await reader.prepare(...args)),
  }
}
