import { describe, expect, it } from '@jest/globals'
import { plainPaint } from '../output/terminal.ts'
import { nameDifferences } from './name-differences.ts'
import { renderReconcile } from './render-reconcile.ts'

const hour = {
  hour: '2026-01-15T08:00',
  channel: 'cloud',
  rawRecords: 10,
  verdicts: 8,
  resent: 0,
  eventsCounted: 8,
  eventsStored: 7,
  lettersCounted: 0,
  lettersStored: 0,
  difference: 3,
}
const partitions = [{ partition: 3, start: 0, end: 12, decodedTo: 10, comparedFrom: 0 }]
const checked = {
  rawPartition: 3,
  from: 0,
  to: 10,
  verdicts: 8,
  firstReceivedAt: 5,
  resent: 0,
  gaps: [
    { from: 4, to: 6 },
    { from: 8, to: 9 },
  ],
  differences: [
    {
      kind: 'missing_event' as const,
      rawPartition: 3,
      rawOffset: 7,
      channel: 'cloud',
      receivedAt: 5,
      amount: 1,
      items: [2],
    },
  ],
}

describe('what reconcile prints', () => {
  it('is a table by hour and channel, and each place that differs', () => {
    const differences = nameDifferences(checked)
    const text = renderReconcile(
      { hours: [hour], partitions, differences, unlisted: 0 },
      { columns: Infinity, paint: plainPaint },
    )
    expect(text).toMatch(/2026-01-15T08:00.*cloud.*10.*8.*3/)
    expect(text).toContain('2 raw records are not decoded yet')
    expect(text.split('\n').slice(-3)).toEqual([
      '  missing_verdict 3/4-5',
      '  missing_verdict 3/8',
      '  missing_event 3/7 items 2',
    ])
  })

  it('counts the places that it does not name', () => {
    const [difference] = nameDifferences(checked)
    const differences =
      difference === undefined ? [] : Array.from({ length: 1_002 }, () => difference)
    const text = renderReconcile(
      { hours: [hour], partitions, differences, unlisted: 3_000 },
      { columns: Infinity, paint: plainPaint },
    )
    expect(text).toContain('and 3 002 more')
  })
})
