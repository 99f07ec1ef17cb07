import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { crc32c } from './crc32c.ts'
import { type FetchedRecord } from './fetched-record.ts'
import { produceOptions } from './message-arbitraries.ts'
import {
  createRequestFrame,
  type ProduceOptions,
  produceRequest as request,
} from './produce-request.ts'
import { decodeRecords, type FetchedRecords } from './record-batches.ts'
import { type WireMessage } from './record-writer.ts'
import {
  asFetched,
  loadShippedClient,
  movedTo,
  recordSetsOf,
  type ShippedMessage,
} from './shipped-client.fixture.ts'

// The shipped decoder is the judge of what we read; it does not look for damage, which we must
// find.

const shipped = loadShippedClient()
const frame = createRequestFrame(shipped.createRequestFrame)

async function encodeSets(...messages: readonly WireMessage[]): Promise<readonly Buffer[]> {
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
  const body = request({ acks: -1, timeout: 1, topicData })
  return recordSetsOf((await frame({ correlationId: 1, clientId: 'c', request: body })).buffer)
}

const read = (answer: Buffer): Promise<FetchedRecords> => decodeRecords(new shipped.Decoder(answer))

const hex = (bytes: Buffer | null): string | null => (bytes === null ? null : bytes.toString('hex'))

function ourView(record: FetchedRecord): unknown {
  return {
    offset: String(record.offset),
    timestamp: String(record.timestampMs),
    key: hex(record.key),
    value: hex(record.value),
    headers: record.headers().map(([name, value]) => [name, hex(value)]),
  }
}

function theirView(message: ShippedMessage): unknown {
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    (value === null || Buffer.isBuffer(value) ? [value] : value).map((one) => [name, hex(one)]),
  )
  const { key, offset, timestamp, value } = message
  return { offset, timestamp, key: hex(key), value: hex(value), headers }
}

/** Some as the shipped client packs them: the broker may be set to gzip. */
async function randomSets(options: ProduceOptions, isPacked: boolean): Promise<readonly Buffer[]> {
  const body = isPacked
    ? shipped.createProduceRequest({ ...options, compression: GZIP })
    : request(options)
  const bytes = await frame({ correlationId: 1, clientId: 'c', request: body })
  let base = 5_000_000_000
  return recordSetsOf(bytes.buffer).map((set) => movedTo(set, (base += 1_000)))
}

const GZIP = 1

/** With a matching checksum, as a faulty writer would make it. */
function sealed(set: Buffer): void {
  set.writeUInt32BE(crc32c(set, 21, set.length), 17)
}

const damages: readonly (readonly [string, (set: Buffer) => void, RegExp])[] = [
  [
    'a format before record batches',
    (set) => {
      set.writeUInt8(1, 16)
    },
    /unknown format/,
  ],
  [
    'a size below its header',
    (set) => {
      set.writeInt32BE(20, 8)
    },
    /size/,
  ],
  [
    'a negative size',
    (set) => {
      set.writeInt32BE(-100, 8)
    },
    /size/,
  ],
  [
    'an unknown compression',
    (set) => {
      set.writeInt16BE(7, 21)
      sealed(set)
    },
    /compression/,
  ],
  [
    'bytes that do not decompress',
    (set) => {
      set.writeInt16BE(1, 21)
      sealed(set)
    },
    /header check/,
  ],
  [
    'more records than there are',
    (set) => {
      set.writeInt32BE(9, 57)
      sealed(set)
    },
    /./,
  ],
]

describe('record batches of a fetch', () => {
  it('are read as the shipped client reads them, including cut answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        produceOptions,
        fc.boolean(),
        fc.nat(400),
        async (options, isPacked, cut) => {
          const whole = Buffer.concat(await randomSets(options, isPacked))
          const answer = asFetched(whole.subarray(0, Math.max(61, whole.length - cut)))
          const theirs = await shipped.decodeMessages(new shipped.Decoder(answer))
          const decoder = new shipped.Decoder(answer)
          const ours = await decodeRecords(decoder)
          expect(ours.records.map(ourView)).toEqual(theirs.map(theirView))
          expect(decoder.offset).toBe(answer.length)
        },
      ),
      { numRuns: 500 },
    )
  }, 120_000)

  it('give single headers and texts without reading the rest', async () => {
    const [set = Buffer.alloc(0)] = await encodeSets(
      { key: 'k', value: 'wörd', headers: { a: 'first', many: ['1', '2'], constructor: 'c' } },
      { value: null },
    )
    const {
      records: [record, tombstone],
    } = await read(asFetched(set))
    expect(record?.keyText()).toBe('k')
    expect(record?.valueText()).toBe('wörd')
    expect(record?.headerText('many')).toBe('1')
    expect(record?.headerText('constructor')).toBe('c')
    expect(record?.header('absent')).toBeNull()
    expect([tombstone?.keyText(), tombstone?.valueText(), tombstone?.value]).toEqual([
      null,
      null,
      null,
    ])
  })

  it('keep descending, missing and far times', async () => {
    const times = [1_600_000_009_000, 1_600_000_000_000, 1, 2 ** 52]
    const [set = Buffer.alloc(0)] = await encodeSets(
      ...times.map((timestamp) => ({ value: 'x', timestamp })),
    )
    const { records } = await read(asFetched(set))
    expect(records.map(({ timestampMs }) => timestampMs)).toEqual(times)
  })

  it('are read up to a batch with any single flipped bit that the checksum covers', async () => {
    const values = Array.from({ length: 20 }, (_, i) => ({
      key: `k${i}`,
      value: 'v'.repeat(i * 30),
    }))
    const [set = Buffer.alloc(0)] = await encodeSets(...values)
    for (let at = 21; at < set.length; at += 3) {
      const flipped = Buffer.from(set)
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (at & 7)), at)
      const { batches, damage, records } = await read(asFetched(Buffer.concat([set, flipped, set])))
      expect([batches.length, records.length, damage]).toEqual([
        1,
        20,
        'the checksum of a batch is wrong',
      ])
    }
  })

  it.each(damages)('are read up to one with %s', async (_, spoil, reason) => {
    const [set = Buffer.alloc(0)] = await encodeSets({ value: 'x' })
    const spoilt = Buffer.from(set)
    spoil(spoilt)
    const answer = asFetched(Buffer.concat([set, spoilt]))
    const decoder = new shipped.Decoder(answer)
    const { batches, damage, records } = await decodeRecords(decoder)
    expect([batches.length, records.length]).toEqual([1, 1])
    expect(damage).toMatch(reason)
    expect(decoder.offset).toBe(answer.length)
    expect(await read(asFetched(spoilt))).toMatchObject({ batches: [], records: [], damage })
  })

  it('are not cut short at the first one, whose size must then be wrong', async () => {
    const [set = Buffer.alloc(0)] = await encodeSets({ value: 'x' })
    set.writeInt32BE(1_000_000, 8)
    expect(await read(asFetched(set))).toMatchObject({
      damage: 'a batch is longer than the answer',
    })
  })

  it('are empty if the answer is', async () => {
    expect(await read(asFetched())).toEqual({ records: [], batches: [], damage: null })
  })
})
