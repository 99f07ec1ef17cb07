import {
  type ChainedProducer,
  type KafkaRecord,
  type PartitionReader,
} from '@wabastream/processing'
import { toKafkaRecord } from '@wabastream/testing'

const BATCH_RECORDS = 500

/** A partition in memory, which the same code reads and writes as one of a broker. */
export function createMemoryLog() {
  const records: KafkaRecord[] = []
  let readCount = 0
  const producer: Pick<ChainedProducer, 'send'> = {
    async send(_target, sent) {
      const baseOffset = records.length
      for (const record of sent) records.push(toKafkaRecord(records.length, record))
      return { baseOffset }
    },
  }
  const reader: PartitionReader = {
    async readToEnd(from, onBatch, until = Infinity) {
      const end = Math.min(records.length, until)
      let { offset } = from
      while (offset < end) {
        const batch = records.slice(offset, offset + BATCH_RECORDS)
        readCount += batch.length
        const nextOffset = offset + batch.length
        const offsets = { fetchedOffset: offset, nextOffset, endOffset: records.length }
        await onBatch({ ...from, records: batch, ...offsets })
        offset = nextOffset
      }
      return { ...from, offset }
    },
    close: async () => {},
  }
  return {
    producer,
    reader,
    /** Records that were read, each time that they were. */
    readCount: () => readCount,
    length: () => records.length,
    /** What stands under a key in the end. */
    last: (key: string) => records.findLast((one) => one.keyText() === key)?.valueText(),
  }
}
