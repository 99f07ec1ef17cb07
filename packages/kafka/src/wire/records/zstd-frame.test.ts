import { constants, createZstdCompress, zstdCompressSync } from 'node:zlib'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from '@jest/globals'
import { unpackedSizeOf } from './zstd-frame.ts'

describe('the unpacked size that a zstd frame names', () => {
  it.each([0, 1, 255, 256, 511, 65_791, 65_792, 1_000_000])('is %i', (size) => {
    const bytes = Buffer.alloc(size, 'a webhook')
    for (const level of [1, 19]) {
      const params = { [constants.ZSTD_c_compressionLevel]: level }
      expect(unpackedSizeOf(zstdCompressSync(bytes, { params }))).toBe(size)
    }
  })

  it('is unknown if the writer did not know it', async () => {
    const stream = createZstdCompress()
    stream.write('one part')
    stream.flush()
    stream.end('and another')
    expect(unpackedSizeOf(await buffer(stream))).toBeUndefined()
  })

  it('is unknown for what is no frame, or the beginning of one', () => {
    const frame = zstdCompressSync(Buffer.alloc(100_000))
    for (let length = 0; length < 6; length += 1) {
      expect(unpackedSizeOf(frame.subarray(0, length))).toBeUndefined()
    }
    expect(unpackedSizeOf(Buffer.from('no frame at all'))).toBeUndefined()
  })
})
