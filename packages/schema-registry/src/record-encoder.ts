import { type WireRecordName, type WireRecords } from '@wabastream/contracts'
import { AvroWriter } from './avro-writer.ts'
import { recordWriters } from './generated/record-codecs.ts'
import { WIRE_HEADER_BYTES, writeWireHeader } from './wire-header.ts'

const SLAB_BYTES = 256 * 1024
const EMPTY = Buffer.alloc(0)

/** Encodes records one after the other into slabs: one allocation serves hundreds of records. */
export class RecordEncoder {
  readonly #writer = new AvroWriter()
  #slab: Buffer = EMPTY
  #used = 0

  encode<N extends WireRecordName>(name: N, data: WireRecords[N], schemaId: number): Buffer {
    let end = this.#write(name, data)
    if (end > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, end - this.#used))
      this.#used = 0
      end = this.#write(name, data)
    }
    const start = this.#used
    writeWireHeader(this.#slab, start, schemaId)
    this.#used = end
    return this.#slab.subarray(start, end)
  }

  #write<N extends WireRecordName>(name: N, data: WireRecords[N]): number {
    this.#writer.reset(this.#slab, this.#used + WIRE_HEADER_BYTES)
    recordWriters[name](this.#writer, data)
    return this.#writer.position
  }
}
