import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { murmur2 } from './murmur2.ts'
import { partitionOf, timelineKey } from './timeline-key.ts'
import { isGreaterText, utf8Length, writeUtf8 } from './utf8.ts'

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\ud83d', '\udc4d', 'a', '\ufffc') }),
)

describe('timelineKey', () => {
  it('is three netstrings, measured in bytes', () => {
    expect(timelineKey({ number: '12', messageId: 'wamid.é👍', participant: '' })).toBe(
      '2:12,12:wamid.é👍,0:,',
    )
  })

  it('differs for different targets, whatever the parts hold', () => {
    const target = fc.record({ number: anyText, messageId: anyText, participant: anyText })
    fc.assert(
      fc.property(target, target, (left, right) => {
        expect(timelineKey(left) === timelineKey(right)).toBe(
          left.number === right.number &&
            left.messageId === right.messageId &&
            left.participant === right.participant,
        )
      }),
    )
  })
})

describe('partitionOf', () => {
  it('hashes as the Java client does', () => {
    const hashes: readonly (readonly [string, number])[] = [
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['a-little-bit-longer-string', -1486304829],
      ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
      ['abc', 479470107],
    ]
    for (const [text, hash] of hashes) {
      expect(murmur2(new TextEncoder().encode(text), text.length)).toBe(hash)
    }
  })

  it('is the hash of the UTF-8 of both netstrings, made positive', () => {
    const counts = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(anyText, anyText, counts, (number, messageId, count) => {
        const text = `${utf8Length(number)}:${number},${utf8Length(messageId)}:${messageId},`
        const bytes = new TextEncoder().encode(text)
        const partition = (murmur2(bytes, bytes.length) & 0x7fffffff) % count
        expect(partitionOf({ number, messageId }, count)).toBe(partition)
      }),
    )
  })

  it('takes ids longer than its scratch space', () => {
    const messageId = 'é'.repeat(5_000)
    expect(partitionOf({ number: '1', messageId }, 6)).toBeLessThan(6)
  })
})

describe('UTF-8', () => {
  it('is measured and written as TextEncoder does', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const bytes = new TextEncoder().encode(text)
        const target = new Uint8Array(bytes.length + 1)
        expect(utf8Length(text)).toBe(bytes.length)
        expect(writeUtf8(text, target, 1)).toBe(bytes.length + 1)
        expect(target.subarray(1)).toEqual(bytes)
      }),
    )
  })

  it('orders text as its bytes are ordered', () => {
    const wellFormed = anyText.filter((text) => text.isWellFormed())
    fc.assert(
      fc.property(wellFormed, wellFormed, (left, right) => {
        const order = Buffer.compare(Buffer.from(left), Buffer.from(right))
        expect(isGreaterText(left, right)).toBe(order > 0)
      }),
    )
  })
})
