import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { crc32c } from './crc32c.ts'

function bitByBit(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
  }
  return (crc ^ -1) >>> 0
}

describe('CRC-32C', () => {
  it('gives the check value of the standard', () => {
    expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283)
  })

  it('equals the definition, wherever the bytes lie', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(bytes, fc.nat(16), fc.nat(300), (array, from, length) => {
        const start = Math.min(from, array.length)
        const end = Math.min(start + length, array.length)
        expect(crc32c(array, start, end)).toBe(bitByBit(array.subarray(start, end)))
      }),
      { numRuns: 500 },
    )
  })
})
