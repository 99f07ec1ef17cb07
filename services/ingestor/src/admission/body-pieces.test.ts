import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { BodyPieces, costOfPiece } from './body-pieces.ts'

const chunks = fc.array(
  fc
    .oneof(
      fc.uint8Array({ minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 20_000 }).map((length) => new Uint8Array(length).fill(length)),
    )
    .map((bytes) => Buffer.from(bytes)),
  { maxLength: 60 },
)

interface Read {
  readonly cost: number
  readonly joined: Buffer
}

function read([first = Buffer.of(), ...others]: readonly Buffer[]): Read {
  const pieces = new BodyPieces(first)
  let cost = costOfPiece(first)
  for (const chunk of others) {
    cost += pieces.costOf(chunk)
    pieces.add(chunk)
  }
  return { cost, joined: pieces.join() }
}

describe('the pieces of a body', () => {
  it('are joined as they came, whatever their sizes', () => {
    fc.assert(
      fc.property(chunks, (body) => {
        expect(read(body).joined.equals(Buffer.concat(body))).toBe(true)
      }),
    )
  })

  it('cost at least their bytes', () => {
    fc.assert(
      fc.property(chunks, (body) => {
        expect(read(body).cost).toBeGreaterThanOrEqual(Buffer.concat(body).length)
      }),
    )
  })

  it('cost hardly more than their bytes, even one byte at a time', () => {
    const length = 1_000_000
    expect(read(Array.from({ length }, () => Buffer.of(1))).cost).toBeLessThan(length * 1.1)
  })
})
