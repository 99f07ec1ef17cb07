import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { differenceOf, Ledger, type Settlement, settlements, WINDOW_OFFSETS } from './ledger.ts'

const METADATA_BYTES_MAX = 4_096

/** Settles offsets from 100 on, in the order given, as far as the window reaches. */
function settled(steps: readonly (readonly [ahead: number, settlement: Settlement])[]): {
  readonly ledger: Ledger
  readonly done: ReadonlyMap<number, Settlement>
} {
  const ledger = Ledger.begin(100)
  const done = new Map<number, Settlement>()
  for (const [ahead, settlement] of steps) {
    const offset = ledger.low + ahead
    if (!done.has(offset)) done.set(offset, settlement)
    ledger.settle(offset, settlement)
  }
  return { ledger, done }
}

const steps = fc.array(
  fc.tuple(
    fc.oneof(fc.nat(40), fc.nat(WINDOW_OFFSETS - 1)),
    fc.constantFrom<Settlement>(...settlements),
  ),
  { maxLength: 300 },
)

describe('a ledger', () => {
  it('knows what is settled after it was committed and read back', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const { ledger, done } = settled(given)
        const again = Ledger.from(ledger.position())
        const last = Math.max(100, ...done.keys())
        const offsets = Array.from({ length: last - 98 }, (_, index) => 100 + index)
        expect(offsets.filter((offset) => again.isSettled(offset) !== done.has(offset))).toEqual([])
        expect(again.position()).toEqual(ledger.position())
      }),
      { numRuns: 60 },
    )
  })

  it('counts each offset once, so that counts and position agree', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const { ledger, done } = settled(given)
        const tally = ledger.tally()
        expect(differenceOf(ledger)).toBe(0)
        for (const settlement of settlements) {
          const wanted = [...done.values()].filter((one) => one === settlement).length
          expect(tally[settlement]).toBe(wanted)
        }
      }),
    )
  })

  it('fits beside an offset, however much is settled ahead', () => {
    const ledger = Ledger.begin(2 ** 52)
    for (let ahead = 1; ahead < WINDOW_OFFSETS; ahead += 1) {
      ledger.settle(2 ** 52 + ahead, 'acknowledged')
    }
    expect(ledger.position().metadata.length).toBeLessThan(METADATA_BYTES_MAX)
    expect(() => ledger.settle(2 ** 52 + WINDOW_OFFSETS, 'acknowledged')).toThrow(RangeError)
    ledger.settle(2 ** 52, 'refused')
    expect([ledger.low, ledger.ahead]).toEqual([2 ** 52 + WINDOW_OFFSETS, 0])
  })

  it.each(['', 'x', '{}', '{"v":2}', '{"v":1,"start":-1}', '[]', 'null'])(
    'begins anew at a position that someone else committed, with %j beside it',
    (metadata) => {
      const ledger = Ledger.from({ offset: 7, metadata })
      expect([ledger.start, ledger.low, ledger.ahead]).toEqual([7, 7, 0])
    },
  )

  it('is not changed by what it has settled before', () => {
    const ledger = Ledger.begin(0)
    ledger.settle(0, 'refused')
    ledger.settle(0, 'acknowledged')
    expect(ledger.tally()).toEqual({ acknowledged: 0, refused: 1, unselected: 0, absent: 0 })
  })
})
