import { describe, expect, it } from '@jest/globals'
import { type Contents, type GenerationComparison } from '@wabastream/clickhouse'
import { isAcceptable } from './agreed.ts'
import { assertReplaces } from './assert-replaces.ts'

const swap = { live: 1, into: 2, dataDirectory: '.data' }
const timelines = { differing: [], columns: [], inFlight: 0, kinds: [], isTruncated: false }
const missing = [
  {
    table: 'message_events',
    place: '2026-01-15T08:00Z, raw partition 1',
    rows: 2,
    examples: ['1:4:0', '1:6:0'],
  },
  { table: 'message_timeline', place: 'number 49', rows: 1, examples: ['wamid.4'] },
]
const kinds = [
  { kind: 'errors.title', table: 'errors', count: 1, example: '1:5:0' },
  { kind: 'surplus_row', table: 'message_timeline', count: 12, example: 'wamid.3' },
]

const compared = (
  rows: typeof missing | readonly [] = [],
  contents: Partial<Contents> = {},
): GenerationComparison => ({
  kind: 'compared',
  missing: rows,
  contents: { timelines, kinds: [], isTruncated: false, inFlight: 0, ...contents },
})

function judge(
  comparison: GenerationComparison,
  { missingMax = 0, accepted = [] }: { missingMax?: number; accepted?: readonly string[] } = {},
) {
  return assertReplaces(comparison, { missingMax, accepted: new Set(accepted) }, swap)
}

describe('a swap', () => {
  it('passes when nothing is missing and nothing differs', () => {
    expect(judge(compared())).toEqual({ missing: [], inFlight: 0 })
  })

  it('passes with timelines that could not be judged, and counts them', () => {
    expect(judge(compared([], { inFlight: 7 }))).toEqual({ missing: [], inFlight: 7 })
  })

  it('is refused when verdicts are lost, whatever is accepted', () => {
    const ranges = [{ partition: 1, first: 4, last: 5, webhooks: 2 }]
    const incomplete = { kind: 'incomplete', ranges } as const
    const accepting = { missingMax: 1_000, accepted: ['surplus_row'] }
    expect(() => judge(incomplete, accepting)).toThrow(
      'raw partition 1, offsets 4 to 5: 2 webhooks',
    )
  })

  it('is refused when rows are lost, and says where', () => {
    expect(() => judge(compared(missing))).toThrow(
      [
        'Generation 2 lacks 3 rows that generation 1 holds:',
        '  - message_events, 2026-01-15T08:00Z, raw partition 1: 2 rows, such as 1:4:0, 1:6:0',
        '  - message_timeline, number 49: 1 rows, such as wamid.4',
      ].join('\n'),
    )
  })

  it('takes as many missing rows as are accepted, and names them', () => {
    expect(() => judge(compared(missing))).toThrow('--accept-missing 3')
    expect(() => judge(compared(missing), { missingMax: 2 })).toThrow('lacks 3 rows')
    expect(judge(compared(missing), { missingMax: 3 })).toEqual({ missing, inFlight: 0 })
  })

  it('is refused when contents differ, and names the command that accepts them', () => {
    const differing = compared([], { kinds })
    expect(() => judge(differing)).toThrow(
      [
        'Generation 2 differs from generation 1:',
        '  - errors.title: 1 rows of errors, such as 1:5:0',
        '  - surplus_row: 12 rows of message_timeline, such as wamid.3',
      ].join('\n'),
    )
    expect(() => judge(differing, { accepted: ['new_column'] })).toThrow(
      '`./wabastream replay --swap --into 2 --accept new_column --accept errors.title ' +
        '--accept surplus_row`',
    )
  })

  it('is refused when not everything that differs was looked at', () => {
    expect(() => judge(compared([], { isTruncated: true }))).toThrow(
      'There are more differences than were looked for',
    )
  })
})

describe('what can be accepted', () => {
  it('is a kind, a column of a table, or that the live generation is behind', () => {
    for (const kind of ['surplus_row', 'new_column', 'errors.title', 'live_behind']) {
      expect(isAcceptable(kind)).toBe(true)
    }
  })

  it('is neither missing rows, which are accepted by number, nor an unknown kind', () => {
    for (const kind of ['missing_row', 'another_row', 'no_table.title', 'errors', '']) {
      expect(isAcceptable(kind)).toBe(false)
    }
  })
})
