import { describe, expect, it } from '@jest/globals'
import { type OutgoingRecord } from '@wabastream/processing'
import fc from 'fast-check'
import { decodeSpoolFile, encodeSpoolFile } from './spool-file.ts'

const arbitraryRecord: fc.Arbitrary<OutgoingRecord> = fc.record({
  key: fc.constant(null),
  value: fc.option(fc.uint8Array({ maxLength: 300 })),
  headers: fc.dictionary(
    fc.stringMatching(/^[a-z-]{1,20}$/),
    fc.oneof(fc.string(), fc.uint8Array({ maxLength: 20 })),
  ),
  timestampMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
})
const arbitraryRecords = fc.array(arbitraryRecord, { minLength: 1, maxLength: 5 })

const inBytes = (records: readonly OutgoingRecord[]) =>
  records.map((record) => ({
    ...record,
    value: record.value === null ? null : Buffer.from(record.value),
    headers: Object.fromEntries(
      Object.entries(record.headers ?? {}).map(([name, value]) => [name, Buffer.from(value)]),
    ),
  }))

describe('a spool file', () => {
  it('returns the records that were put into it', () => {
    fc.assert(
      fc.property(arbitraryRecords, (records) => {
        expect(decodeSpoolFile(encodeSpoolFile(records))).toEqual(inBytes(records))
      }),
    )
  })

  it('is recognised as truncated wherever it was cut', () => {
    fc.assert(
      fc.property(
        arbitraryRecords,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (records, share) => {
          const file = encodeSpoolFile(records)
          expect(decodeSpoolFile(file.subarray(0, Math.floor(file.length * share)))).toBe(
            'truncated',
          )
        },
      ),
    )
  })

  it('is recognised as damaged whichever bit was flipped', () => {
    fc.assert(
      fc.property(arbitraryRecords, fc.nat(), fc.nat(7), (records, place, bit) => {
        const file = encodeSpoolFile(records)
        const index = place % file.length
        file.writeUInt8(file.readUInt8(index) ^ (1 << bit), index)
        expect(typeof decodeSpoolFile(file)).toBe('string')
      }),
    )
  })

  it('is recognised as damaged if something follows its end', () => {
    const file = encodeSpoolFile([{ key: null, value: Buffer.from('a') }])
    expect(decodeSpoolFile(Buffer.concat([file, Buffer.from('x')]))).toBe('damaged')
  })

  it('takes no record with a key', () => {
    expect(() => encodeSpoolFile([{ key: 'a', value: null }])).toThrow('cannot be spooled')
  })
})
