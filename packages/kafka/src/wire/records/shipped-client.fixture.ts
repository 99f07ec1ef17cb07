import { createRequire } from 'node:module'
import { type PartitionAnswer } from './fetched-batch.ts'
import {
  type EncodedFrame,
  type ProduceOptions,
  type ProtocolRequest,
  type RequestOptions,
} from './produce-request.ts'
import { type FetchDecoder } from './record-batches.ts'
import { type WireMessage } from './record-writer.ts'

/**
 * kafkajs as it is shipped: the judge of what replaces it. Works only if nothing is installed yet.
 */
export interface ShippedClient {
  readonly createProduceRequest: (options: ProduceOptions) => ProtocolRequest
  readonly createRequestFrame: (options: RequestOptions) => Promise<EncodedFrame>
  readonly decodeMessages: (decoder: FetchDecoder) => Promise<readonly ShippedMessage[]>
  readonly Decoder: new (buffer: Buffer) => FetchDecoder
  readonly Batch: new (
    topic: string,
    fetchedOffset: string,
    answer: Omit<PartitionAnswer, 'messages'> & {
      readonly messages: readonly ShippedMessage[]
    },
  ) => { readonly messages: readonly ShippedMessage[]; lastOffset(): string }
  readonly groupMessages: (grouping: {
    readonly topic: string
    readonly partitionMetadata: readonly unknown[]
    readonly messages: readonly WireMessage[]
    readonly partitioner: () => number
  }) => Record<string, readonly WireMessage[]>
}

export interface ShippedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer | null | readonly (Buffer | null)[]>>
}

export function loadShippedClient(): ShippedClient {
  const load = createRequire(import.meta.url)
  return {
    createProduceRequest: load('kafkajs/src/protocol/requests/produce/v3/request.js'),
    createRequestFrame: load('kafkajs/src/protocol/request.js'),
    decodeMessages: load('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js'),
    Decoder: load('kafkajs/src/protocol/decoder.js'),
    Batch: load('kafkajs/src/consumer/batch.js'),
    groupMessages: load('kafkajs/src/producer/groupMessagesPerPartition.js'),
  }
}

/** Record sets of a framed produce request, in order. */
export function recordSetsOf(frame: Buffer): readonly Buffer[] {
  let at = 12
  const int16 = (): number => {
    at += 2
    return frame.readInt16BE(at - 2)
  }
  const int32 = (): number => {
    at += 4
    return frame.readInt32BE(at - 4)
  }
  const skipText = (): void => {
    const size = int16()
    at += Math.max(0, size)
  }
  skipText()
  skipText()
  at += 6
  const sets: Buffer[] = []
  for (let topics = int32(); topics > 0; topics--) {
    skipText()
    for (let partitions = int32(); partitions > 0; partitions--) {
      at += 4
      const size = int32()
      sets.push(frame.subarray(at, at + size))
      at += size
    }
  }
  return sets
}

/** A record set as it is in a fetch answer: its size, then its bytes. */
export function asFetched(...sets: readonly Buffer[]): Buffer {
  const size = Buffer.alloc(4)
  const body = Buffer.concat(sets)
  size.writeInt32BE(body.length)
  return Buffer.concat([size, body])
}

/** The set with another base offset, which the checksum does not cover. */
export function movedTo(set: Buffer, baseOffset: number): Buffer {
  const moved = Buffer.from(set)
  moved.writeBigInt64BE(BigInt(baseOffset), 0)
  return moved
}
