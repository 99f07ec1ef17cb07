import { describe, expect, it } from '@jest/globals'
import { formatCount, formatDuration, formatShare, formatTime, printable } from './format.ts'

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [2_000, '2 s'],
    [2_440, '2.4 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_260_000, '2 h 1 min'],
    [90_000_000, '1 d 1 h'],
    [-1_500, '-1.5 s'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatTime', () => {
  it('leaves out milliseconds that are zero', () => {
    expect(formatTime(Date.UTC(2026, 0, 15, 8, 0, 2))).toBe('2026-01-15 08:00:02')
    expect(formatTime(Date.UTC(2026, 0, 15, 8, 0, 2, 125))).toBe('2026-01-15 08:00:02.125')
  })

  it('says when there is none', () => {
    expect(formatTime(null)).toBe('(no time)')
  })
})

describe('numbers', () => {
  it('group thousands and show shares', () => {
    expect(formatCount(1_234_567)).toBe('1 234 567')
    expect(formatShare(1, 3)).toBe('33.3 %')
    expect(formatShare(1, 0)).toBe('–')
  })
})

describe('printable', () => {
  it('escapes what could change the terminal or hide text, and nothing else', () => {
    expect(printable('a\u0000b\u001b\u200bc\u202e')).toBe('a\\u0000b\\u001b\\u200bc\\u202e')
    expect(printable('Zoë 🌻 恵子')).toBe('Zoë 🌻 恵子')
  })
})
