import { type PackedRecords, PACKED_BYTES_MIN, packRecords } from './compression.ts'
import { crc32c } from './crc32c.ts'
import { countProduced } from './produced-bytes.ts'
import { type BatchTimes, RecordSizes, batchTimesOf, type WireMessage } from './record-writer.ts'

/** Room before the body for the request header; a longer client id takes the copying path. */
const HEADROOM = 160
const REQUEST_HEADER_SIZE = 14
const BATCH_HEADER_SIZE = 61
const MAGIC = 2
const PRODUCE_KEY = 0
const sizes = new RecordSizes()

export interface ProduceOptions {
  readonly acks: number
  readonly timeout: number
  readonly transactionalId?: string | null | undefined
  readonly producerId?: string | number
  readonly producerEpoch?: number
  /** See `toCompressionNumber`. */
  readonly compression?: number
  readonly topicData: readonly {
    readonly topic: string
    readonly partitions: readonly PartitionMessages[]
  }[]
}

interface PartitionMessages {
  readonly partition: number
  readonly firstSequence?: number
  readonly messages: readonly WireMessage[]
}

export interface ProtocolRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  readonly expectResponse?: () => boolean
  readonly encode: () => Promise<EncodedFrame>
}

/** What the client looks at in its own encoders. */
export interface EncodedFrame {
  readonly buffer: Buffer
  size(): number
}

export interface RequestOptions {
  readonly correlationId: number
  readonly clientId?: string | null
  readonly request: ProtocolRequest
}

type CreateRequest = (options: RequestOptions) => Promise<EncodedFrame>

/** A body inside a larger buffer, so that a header can be put in front without a copy. */
class Frame implements EncodedFrame {
  /** The name by which the shipped encoder recognises its own kind. */
  readonly buf: Buffer
  readonly start: number
  readonly end: number

  constructor(buf: Buffer, start: number, end: number) {
    this.buf = buf
    this.start = start
    this.end = end
  }

  get buffer(): Buffer {
    return this.buf.subarray(this.start, this.end)
  }

  size(): number {
    return this.end - this.start
  }
}

interface PlannedBatch extends PartitionMessages {
  /** Index of its first record in the measured sizes. */
  readonly at: number
  readonly times: BatchTimes
  readonly recordsSize: number
  /** Null if the records are sent as they are. */
  readonly packed: PackedRecords | null
}

/** Where records are written before they are packed. It grows and is reused. */
let scratch = Buffer.alloc(0)

function packBatch(batch: Omit<PlannedBatch, 'packed'>, compression: number): PackedRecords | null {
  const { recordsSize, times } = batch
  if (compression === 0 || recordsSize < PACKED_BYTES_MIN) return null
  if (scratch.length < recordsSize) scratch = Buffer.allocUnsafeSlow(recordsSize)
  assertWritten(sizes.write(scratch, 0, batch, times), recordsSize)
  return packRecords(scratch.subarray(0, recordsSize), compression)
}

/** A record that changed between the two passes would corrupt all records after it. */
function assertWritten(written: number, measured: number): void {
  if (written === measured) return
  throw new Error(`produce request: ${written} bytes written of ${measured}`)
}

function planBatches(options: ProduceOptions): PlannedBatch[] {
  const { compression = 0 } = options
  const now = Date.now()
  const planned: PlannedBatch[] = []
  let at = 0
  for (const { topic, partitions } of options.topicData) {
    for (const partition of partitions) {
      const times = batchTimesOf(partition.messages, now)
      const recordsSize = sizes.measure(partition.messages, at, times)
      const batch = { ...partition, at, times, recordsSize }
      const packed = packBatch(batch, compression)
      countProduced(topic, { plain: recordsSize, sent: packed?.bytes.length ?? recordsSize })
      planned.push({ ...batch, packed })
      at += partition.messages.length
    }
  }
  return planned
}

function bodySize(options: ProduceOptions, batches: readonly PlannedBatch[]): number {
  let size = 2 + Buffer.byteLength(options.transactionalId ?? '') + 2 + 4 + 4
  for (const { topic } of options.topicData) size += 2 + Buffer.byteLength(topic) + 4
  for (const { packed, recordsSize } of batches) {
    size += 8 + BATCH_HEADER_SIZE + (packed?.bytes.length ?? recordsSize)
  }
  return size
}

function writeText(buffer: Buffer, at: number, text: string | null): number {
  if (text === null) return buffer.writeInt16BE(-1, at)
  const size = buffer.write(text, at + 2)
  buffer.writeInt16BE(size, at)
  return at + 2 + size
}

function writeBatchHeader(
  buffer: Buffer,
  range: { readonly start: number; readonly end: number },
  batch: PlannedBatch,
  options: ProduceOptions,
): void {
  const { start, end } = range
  const transactional = options.transactionalId ? 16 : 0
  // The broker sets base offset and leader epoch.
  buffer.fill(0, start, start + 16)
  buffer.writeInt32BE(end - start - 12, start + 8)
  buffer[start + 16] = MAGIC
  buffer.writeInt16BE((batch.packed?.codec ?? 0) | transactional, start + 21)
  buffer.writeInt32BE(batch.messages.length - 1, start + 23)
  buffer.writeBigInt64BE(BigInt(batch.times.base), start + 27)
  buffer.writeBigInt64BE(BigInt(batch.times.max), start + 35)
  buffer.writeBigInt64BE(BigInt(options.producerId ?? -1), start + 43)
  buffer.writeInt16BE(options.producerEpoch ?? 0, start + 51)
  buffer.writeInt32BE(batch.firstSequence ?? 0, start + 53)
  buffer.writeInt32BE(batch.messages.length, start + 57)
  buffer.writeUInt32BE(crc32c(buffer, start + 21, end), start + 17)
}

/**
 * Body of a produce request v3..v7: sizes first, one allocation, one pass of writes. Packing is
 * synchronous too, because handing it to another thread costs more than it takes.
 */
function encodeProduce(options: ProduceOptions): Frame {
  const batches = planBatches(options)
  const end = HEADROOM + bodySize(options, batches)
  const buffer = Buffer.allocUnsafeSlow(end)
  let at = writeText(buffer, HEADROOM, options.transactionalId ?? null)
  at = buffer.writeInt16BE(options.acks, at)
  at = buffer.writeInt32BE(options.timeout, at)
  at = buffer.writeInt32BE(options.topicData.length, at)
  let index = 0
  for (const { topic, partitions } of options.topicData) {
    at = writeText(buffer, at, topic)
    at = buffer.writeInt32BE(partitions.length, at)
    for (const last = index + partitions.length; index < last; index++) {
      const batch = batches[index]
      if (batch !== undefined) at = writeBatch(buffer, at, batch, options)
    }
  }
  assertWritten(at, end)
  return new Frame(buffer, HEADROOM, end)
}

function writeBatch(
  buffer: Buffer,
  at: number,
  batch: PlannedBatch,
  options: ProduceOptions,
): number {
  const start = buffer.writeInt32BE(batch.partition, at) + 4
  const records = start + BATCH_HEADER_SIZE
  const end =
    batch.packed === null
      ? sizes.write(buffer, records, batch, batch.times)
      : records + batch.packed.bytes.copy(buffer, records)
  buffer.writeInt32BE(end - start, start - 4)
  writeBatchHeader(buffer, { start, end }, batch, options)
  return end
}

/** Replaces protocol/requests/produce/v3/request.js, on which v4..v7 build. */
export function produceRequest(options: ProduceOptions): ProtocolRequest {
  return {
    apiKey: PRODUCE_KEY,
    apiVersion: 3,
    apiName: 'Produce',
    expectResponse: () => options.acks !== 0,
    encode: async () => encodeProduce(options),
  }
}

/** Replaces protocol/request.js: the header goes in front of our frames without a copy. */
export function createRequestFrame(shipped: CreateRequest): CreateRequest {
  return async function requestFrame(options) {
    const { clientId = null, correlationId, request } = options
    const body = await request.encode()
    const headerSize = REQUEST_HEADER_SIZE + Buffer.byteLength(clientId ?? '')
    if (!(body instanceof Frame) || headerSize > body.start) {
      return await shipped({ ...options, request: { ...request, encode: async () => body } })
    }
    const start = body.start - headerSize
    body.buf.writeInt32BE(body.end - start - 4, start)
    body.buf.writeInt16BE(request.apiKey, start + 4)
    body.buf.writeInt16BE(request.apiVersion, start + 6)
    body.buf.writeInt32BE(correlationId, start + 8)
    writeText(body.buf, start + 12, clientId)
    return new Frame(body.buf, start, body.end)
  }
}
