import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type OutgoingRecord } from '@wabastream/processing'
import { recordBytes, splitByBytes } from './outgoing-messages.ts'

const record: fc.Arbitrary<OutgoingRecord> = fc.nat(400).map((size) => ({
  key: null,
  value: Buffer.alloc(size),
}))

describe('splitting records into batches', () => {
  it('keeps all records in order and each batch within the limit', () => {
    fc.assert(
      fc.property(fc.array(record), fc.integer({ min: 100, max: 1_000 }), (records, bytesMax) => {
        const runs = splitByBytes(records, bytesMax)
        expect(runs.flatMap((run) => run.records)).toEqual(records)
        for (const run of runs) {
          expect(run.bytes).toBe(run.records.reduce((sum, one) => sum + recordBytes(one), 0))
          expect(run.records.length === 1 || run.bytes <= bytesMax).toBe(true)
        }
      }),
    )
  })

  it('counts keys, values and headers in bytes, not in letters', () => {
    const plain = recordBytes({ key: null, value: null })
    expect(recordBytes({ key: 'é', value: null, headers: { id: 'é' } })).toBe(plain + 2 + 6 + 2 + 2)
  })
})
