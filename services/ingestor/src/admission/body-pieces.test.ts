import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { BodyPieces } from './body-pieces.ts'

const chunks = fc.array(
  fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 3 }),
    fc.integer({ min: 1, max: 20_000 }).map((length) => new Uint8Array(length).fill(length)),
  ).map((bytes) => Buffer.from(bytes)),
  { maxLength: 60 },
)

function read(pieces: BodyPieces, body: readonly Buffer[]): number {
  return body.reduce((cost, chunk) => {
    const more = pieces.costOf(chunk)
    pieces.add(chunk)
    return cost + more
  }, 0)
}

describe('the pieces of a body', () => {
  it('are joined as they came, whatever their sizes', () => {
    fc.assert(fc.property(chunks, (body) => {
      const pieces = new BodyPieces()
      read(pieces, body)
      expect(pieces.join().equals(Buffer.concat(body))).toBe(true)
    }))
  })

  it('cost at least their bytes', () => {
    fc.assert(fc.property(chunks, (body) => {
      const cost = read(new BodyPieces(), body)
      expect(cost).toBeGreaterThanOrEqual(Buffer.concat(body).length)
    }))
  })

  it('cost hardly more than their bytes, also one byte at a time', () => {
    const length = 1_000_000
    const cost = read(new BodyPieces(), Array.from({ length }, () => Buffer.of(1)))
    expect(cost).toBeLessThan(length * 1.1)
  })
})
