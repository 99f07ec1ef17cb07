import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { findGaps } from './difference.ts'
import { type OffsetBalance, toDifferences } from './offset-balance.ts'

const balance: OffsetBalance = {
  rawOffset: 9,
  channel: 'main',
  receivedAt: 5,
  eventsCounted: 2,
  lettersCounted: 1,
  eventItems: [0, 2],
  letterItems: [1],
  errorItemsTold: [],
  errorItems: [],
  accountItemsTold: [],
  accountItems: [],
  contentItemsTold: [],
  contentItems: [],
}
const kinds = (given: Partial<OffsetBalance>) =>
  toDifferences(3, { ...balance, ...given }).map(({ kind, amount, items }) => [kind, amount, items])

describe('differences', () => {
  it('are the offsets without a verdict, whatever is there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50)), (some) => {
        const range = { from: 10, to: 40 }
        const offsets = some
          .filter((offset) => offset >= 10 && offset < 40)
          .toSorted((a, b) => a - b)
        const missing = findGaps(range, offsets).flatMap(({ from, to }) =>
          Array.from({ length: to - from }, (_, index) => from + index),
        )
        const all = Array.from({ length: 30 }, (_, index) => 10 + index)
        expect(missing).toEqual(all.filter((offset) => !offsets.includes(offset)))
      }),
    )
  })

  it('are none if events and letters are what the verdict counted', () => {
    expect(kinds({})).toEqual([])
  })

  it('name the items that are missing', () => {
    expect(kinds({ eventItems: [0] })).toEqual([['missing_event', 1, [2]]])
    expect(kinds({ letterItems: [] })).toEqual([['missing_letter', 1, [1]]])
    expect(kinds({ accountItemsTold: [0, 2], accountItems: [2] })).toEqual([
      ['missing_account_event', 1, [0]],
    ])
  })

  it('do not count the body of a webhook as an item', () => {
    expect(kinds({ lettersCounted: 2, letterItems: [-1, 1], eventItems: [2] })).toEqual([
      ['missing_event', 1, [0]],
    ])
  })

  it('name what nobody counted', () => {
    expect(kinds({ eventItems: [0, 2, 3] })).toEqual([['surplus_event', 1, [0, 2, 3]]])
    expect(kinds({ letterItems: [1, 4] })).toEqual([['surplus_letter', 1, [1, 4]]])
  })
})
