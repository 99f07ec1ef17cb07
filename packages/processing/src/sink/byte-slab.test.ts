import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ByteSlab } from './byte-slab.ts'

describe('ByteSlab', () => {
  it('gives every run of lines back as it was added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 8_000 }), { maxLength: 30 }),
        fc.nat(30),
        fc.nat(30),
        (texts, one, other) => {
          const slab = new ByteSlab()
          for (const text of texts) slab.addLine(text)
          const from = Math.min(one, other, texts.length)
          const to = Math.min(Math.max(one, other), texts.length)
          expect(slab.slice(from, to).toString()).toBe(
            texts
              .slice(from, to)
              .map((text) => `${text}\n`)
              .join(''),
          )
        },
      ),
    )
  })

  it('gives every value back as it was added', () => {
    const slab = new ByteSlab()
    const values = [Buffer.alloc(0), Buffer.from([1, 2, 3]), Buffer.alloc(40_000, 7)]
    for (const value of values) slab.addBytes(value)
    expect(
      values.map((_, index) =>
        Buffer.compare(slab.slice(index, index + 1), values[index] ?? Buffer.from('none')),
      ),
    ).toEqual([0, 0, 0])
  })

  it('holds what was added to it, however many others ended before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { minLength: 1, maxLength: 12 }), (sizes) => {
        const slabs = sizes.map((size, index) => {
          const ended = new ByteSlab()
          ended.addBytes(Buffer.alloc(size, 255))
          ended.free()
          const slab = new ByteSlab()
          slab.addBytes(Buffer.alloc(size, index))
          return slab
        })
        slabs.forEach((slab, index) => {
          const held = slab.slice(0, 1)
          expect(held.equals(Buffer.alloc(sizes[index] ?? 0, index))).toBe(true)
        })
        for (const slab of slabs) slab.free()
      }),
    )
  })

  it('leaves the memory of an ended slab alone if somebody may still read it', () => {
    const kept = new ByteSlab()
    kept.addLine('still on its way')
    const piece = kept.slice(0, 1)
    kept.keep()
    kept.free()
    new ByteSlab().addLine('of somebody else')
    expect(piece.toString()).toBe('still on its way\n')
    const ended = new ByteSlab()
    ended.addLine('has arrived')
    const reused = ended.slice(0, 1)
    ended.free()
    new ByteSlab().addLine('of somebody else')
    expect(reused.toString()).toBe('of somebody ')
  })
})
