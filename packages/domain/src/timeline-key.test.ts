import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { murmur2 } from './bytes/murmur2.ts'
import { confirmTimelineKey, routeOf, timelineKey } from './timeline-key.ts'
import { isGreaterText, utf8Length, writeUtf8 } from './bytes/utf8.ts'

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

describe('confirmTimelineKey', () => {
  const part = fc.oneof(fc.string({ maxLength: 3 }), anyText)
  const target = fc.record({ number: part, messageId: part, participant: part })

  it('is the same key, whatever was likely', () => {
    const one = { number: '1', messageId: 'é', participant: '' }
    // The units of é are one, its bytes two.
    expect(confirmTimelineKey('1:1,1:é,0:,', one)).toBe('1:1,2:é,0:,')
    fc.assert(
      fc.property(target, target, anyText, (given, other, text) => {
        const key = timelineKey(given)
        for (const likely of [key, timelineKey(other), `${key}0:,`, key.slice(0, -1), text, '']) {
          expect(confirmTimelineKey(likely, given)).toBe(key)
        }
      }),
    )
  })
})

describe('routeOf', () => {
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
      expect(murmur2(new TextEncoder().encode(text), 0, text.length)).toBe(hash)
    }
  })

  it('is the key in UTF-8, and the hash of its first two netstrings, made positive', () => {
    const counts = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(anyText, anyText, anyText, counts, (number, messageId, participant, count) => {
        const text = `${utf8Length(number)}:${number},${utf8Length(messageId)}:${messageId},`
        const bytes = new TextEncoder().encode(text)
        const partition = (murmur2(bytes, 0, bytes.length) & 0x7fffffff) % count
        const target = { number, messageId, participant }
        const route = routeOf(target, count)
        expect(route.partition).toBe(partition)
        expect(route.key).toEqual(new TextEncoder().encode(timelineKey(target)))
      }),
    )
  })

  it('keeps earlier keys as they are, and takes ids longer than what it reserves at once', () => {
    const targets = Array.from({ length: 3_000 }, (_, index) => ({
      number: '1',
      messageId: index === 1_000 ? 'é'.repeat(50_000) : `wamid.${index}`,
      participant: '',
    }))
    const keys = targets.map((target) => new TextDecoder().decode(routeOf(target, 6).key))
    expect(keys).toEqual(targets.map(timelineKey))
    const kept = targets.map((target) => routeOf(target, 6))
    expect(kept.map(({ key }) => new TextDecoder().decode(key))).toEqual(keys)
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
