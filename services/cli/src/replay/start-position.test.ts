import { describe, expect, it } from '@jest/globals'
import { parseStartPosition, toStartOffsets } from './start-position.ts'

describe('parseStartPosition', () => {
  it.each([
    ['beginning', { kind: 'beginning' }],
    ['0', { kind: 'offset', offset: 0 }],
    ['120', { kind: 'offset', offset: 120 }],
    [
      '0:120,3:95',
      {
        kind: 'offsets',
        offsets: new Map([
          [0, 120],
          [3, 95],
        ]),
      },
    ],
    ['2026-01-15', { kind: 'time', timeMs: Date.UTC(2026, 0, 15) }],
    ['2026-01-15T08:00Z', { kind: 'time', timeMs: Date.UTC(2026, 0, 15, 8) }],
    ['2026-01-15T08:00:01.5+02:00', { kind: 'time', timeMs: Date.UTC(2026, 0, 15, 6, 0, 1, 500) }],
  ])('reads %s', (text, position) => {
    expect(parseStartPosition(text)).toEqual(position)
  })

  it.each([
    '',
    'end',
    '-1',
    '1.5',
    '0:',
    '0:1,',
    '0:1,0:2',
    '2026-13-01',
    '2026-01-15T08:00',
    'yesterday',
  ])('refuses %j', (text) => {
    expect(parseStartPosition(text)).toBeUndefined()
  })
})

describe('toStartOffsets', () => {
  const log = {
    starts: new Map([
      [0, 10],
      [1, 0],
    ]),
    ends: new Map([
      [0, 100],
      [1, 50],
    ]),
    ofTime: new Map([
      [0, 40],
      [1, 50],
    ]),
  }

  it.each([
    ['beginning', [10, 0]],
    ['30', [30, 30]],
    ['1:7', [10, 7]],
    ['2026-01-15', [40, 50]],
    ['0:3', [10, 0]],
    ['0:100,1:50', [100, 50]],
  ])('begins at %s, but not before the log does', (text, [first, second]) => {
    const position = parseStartPosition(text)
    expect(position && toStartOffsets(position, log)).toEqual(
      new Map([
        [0, first],
        [1, second],
      ]),
    )
  })

  it('refuses an offset after the end', () => {
    expect(() => toStartOffsets({ kind: 'offset', offset: 51 }, log)).toThrow(
      'Offset 51 is behind the end of raw partition 1, which is 50.',
    )
  })

  it('refuses a partition that does not exist', () => {
    expect(() => toStartOffsets({ kind: 'offsets', offsets: new Map([[2, 0]]) }, log)).toThrow(
      'no partition 2',
    )
  })
})
