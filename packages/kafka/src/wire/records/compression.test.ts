import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  packRecords,
  toCompressionNumber,
  UNPACKED_BYTES_MAX,
  unpackRecords,
} from './compression.ts'
import { crc32c } from './crc32c.ts'
import { decodeRecords, type FetchedRecords } from './record-batches.ts'
import { createRequestFrame, produceRequest } from './produce-request.ts'
import { asFetched, loadShippedClient, recordSetsOf } from './shipped-client.fixture.ts'
import { type WireMessage } from './record-writer.ts'

const shipped = loadShippedClient()
const frame = createRequestFrame(shipped.createRequestFrame)
const zstd = toCompressionNumber({ codec: 'zstd', level: 1 })
const ZSTD = 4
const HEADER_SIZE = 61

async function packedSet(messages: readonly WireMessage[], compression = zstd): Promise<Buffer> {
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
  const request = produceRequest({ acks: -1, timeout: 1, compression, topicData })
  const sent = await frame({ correlationId: 1, clientId: 'c', request })
  const [set = Buffer.alloc(0)] = recordSetsOf(sent.buffer)
  return set
}

/** The set with other packed bytes and a matching checksum, as a faulty writer would make it. */
function withBody(set: Buffer, body: Buffer): Buffer {
  const other = Buffer.concat([set.subarray(0, HEADER_SIZE), body])
  other.writeInt32BE(other.length - 12, 8)
  other.writeUInt32BE(crc32c(other, 21, other.length), 17)
  return other
}

const read = (...sets: readonly Buffer[]): Promise<FetchedRecords> =>
  decodeRecords(new shipped.Decoder(asFetched(...sets)))

const texts = (count: number): WireMessage[] =>
  Array.from({ length: count }, (_, i) => ({
    key: `k${i}`,
    value: `a webhook of some length, number ${i} of them`.repeat(5),
    headers: { id: `e${i}` },
  }))

const valuesOf = ({ records }: FetchedRecords): readonly (string | null)[] =>
  records.map((record) => record.valueText())

describe('packed record batches', () => {
  it.each([1, 3, 19])('are read back record for record at level %i', async (level) => {
    const messages = texts(100)
    const compression = toCompressionNumber({ codec: 'zstd', level })
    const set = await packedSet(messages, compression)
    const plain = await packedSet(messages, 0)
    expect(set.length).toBeLessThan(plain.length / 5)
    const fetched = await read(set)
    expect(fetched.damage).toBeNull()
    expect(valuesOf(fetched)).toEqual(messages.map(({ value }) => value))
    expect(fetched.records[7]?.headerText('id')).toBe('e7')
  })

  it('unpack to what was packed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4_096, maxLength: 9_000 }), (bytes) => {
        const records = Buffer.concat([bytes, bytes])
        const packed = packRecords(records, zstd)
        if (packed === null) throw new Error('the second half repeats the first')
        expect(unpackRecords(packed.bytes, packed.codec)?.equals(records)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('stand beside plain ones in one log', async () => {
    const plain = await packedSet(texts(3), 0)
    const packed = await packedSet(texts(60))
    const fetched = await read(plain, packed, plain)
    expect(fetched.batches.map(({ from, to }) => to - from)).toEqual([3, 60, 3])
    expect(fetched.damage).toBeNull()
  })

  it.each([
    ['cut short', (body: Buffer) => body.subarray(0, -20), /unexpected end/],
    ['no zstd at all', (body: Buffer) => Buffer.alloc(body.length, 7), /./],
    ['of other records', () => zstdCompressSync(Buffer.alloc(9_000, 255)), /malformed/],
    [
      'larger than any batch',
      () => zstdCompressSync(Buffer.alloc(UNPACKED_BYTES_MAX + 1)),
      /larger than/,
    ],
  ])('are damage if their bytes are %s', async (_, spoil, reason) => {
    const set = await packedSet(texts(60))
    const spoilt = withBody(set, spoil(set.subarray(HEADER_SIZE)))
    const fetched = await read(set, spoilt, set)
    expect(fetched.records.length).toBe(60)
    expect(fetched.batches.length).toBe(1)
    expect(fetched.damage).toMatch(reason)
  })

  it('are left to the next fetch once they have taken enough memory', async () => {
    const set = await packedSet([{ value: Buffer.alloc(3_000_000, 'webhook ') }])
    const sets = Array.from({ length: 20 }, () => set)
    const fetched = await read(...sets)
    expect(fetched.damage).toBeNull()
    expect(fetched.batches.length).toBe(3)
    expect(fetched.records.length).toBe(3)
  })

  it.each([0, zstd])(
    'fail if a record changes while it is written, packed by %i',
    async (codec) => {
      await packedSet([{ value: Buffer.alloc(100_000) }])
      let reads = 0
      const changing: WireMessage = {
        value: Buffer.alloc(2_000),
        get headers() {
          reads += 1
          return { id: 'e'.repeat(reads) }
        },
      }
      await expect(packedSet([changing], codec)).rejects.toThrow(/bytes written of|out of range/)
    },
  )

  it('name zstd, and carry the level apart from it', () => {
    expect(toCompressionNumber({ codec: 'none' })).toBe(0)
    expect(toCompressionNumber({ codec: 'zstd', level: 19 }) & 7).toBe(ZSTD)
  })
})
