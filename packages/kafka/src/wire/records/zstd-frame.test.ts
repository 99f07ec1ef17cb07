import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { unpackRecords } from './compression.ts'
import { contentSizeOf } from './zstd-frame.ts'

const ZSTD = 4
/** Noise does not shrink, so that the frame is never shorter than the longest header. */
const noise = (size: number): Buffer =>
  Buffer.from(Array.from({ length: size }, (_, at) => (at * at * 31 + at * 7) & 0xff))

describe('contentSizeOf', () => {
  it.each([30, 255, 256, 257, 65_791, 65_792, 3_000_000])(
    'is what the frame unpacks to: %i bytes',
    (size) => {
      const plain = noise(size)
      const frame = zstdCompressSync(plain)
      expect(contentSizeOf(frame)).toBe(size)
      expect(unpackRecords(frame, ZSTD)).toEqual(plain)
    },
  )

  it('is unknown of other bytes, and of a frame that is cut off', () => {
    expect(contentSizeOf(noise(100))).toBeUndefined()
    expect(contentSizeOf(zstdCompressSync(noise(300)).subarray(0, 10))).toBeUndefined()
    expect(contentSizeOf(Buffer.alloc(0))).toBeUndefined()
  })

  it('decides nothing: a frame that names another size is damaged', () => {
    for (const named of [1, 0xffff]) {
      const frame = zstdCompressSync(noise(3_000))
      frame.writeUInt16LE(named, 5)
      expect(contentSizeOf(frame)).toBe(named + 256)
      expect(() => unpackRecords(frame, ZSTD)).toThrow(/incorrect|corruption/)
    }
  })
})
