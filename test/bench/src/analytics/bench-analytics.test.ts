import { describe, expect, it } from '@jest/globals'
import { findGrowing } from './bench-analytics.ts'
import { type Results } from './report/results.ts'
import { parseEvents, sizeOf } from './sizes.ts'

const size = (
  spanDays: number,
  rows: Readonly<Record<string, number>>,
): Results['sizes'][number] => ({
  name: `${spanDays}d`,
  spanDays,
  events: 1,
  cost: { seconds: 1, rowsUs: {}, insertUs: {}, engineUsPerEvent: 1 },
  disk: { live: [], merged: [] },
  answers: Object.entries(rows).map(([name, rowsRead]) => {
    const measurement = { ms: 1, rowsRead, bytesRead: 1, peakBytes: 1, rowsFound: 1 }
    const merged = { ...measurement, rowsRead: 1 }
    return { name, ...(name !== 'all' && { days: 1 }), live: measurement, merged }
  }),
})

describe('findGrowing', () => {
  it('names the queries over a range that read more where there is more', () => {
    const sizes = [
      size(4.5, { all: 1e6, ranged: 1e6, bounded: 1e6 }),
      size(45, { all: 1e7, ranged: 1e7, bounded: 1.1e6 }),
    ]
    expect(findGrowing({ sizes })).toEqual(['ranged'])
  })
})

describe('sizes', () => {
  it('have as many messages a day, however many events', () => {
    const sizes = parseEvents('1m, 10M,500k').map((events) => sizeOf(events, 100_000))
    expect(sizes).toEqual([
      { name: '1m', days: 4.5 },
      { name: '10m', days: 45 },
      { name: '500k', days: 2.25 },
    ])
  })

  it('are refused where they are no number', () => {
    expect(() => parseEvents('1m,many')).toThrow('1m,3m,10m')
  })
})
