import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { differenceOf, Ledger, type Settlement, settlements, PENDING_MAX } from './ledger.ts'

const METADATA_BYTES_MAX = 4_096

/** Takes offsets in order from 100 on, and settles of them what is said, in that order. */
function settled(taken: number, steps: readonly (readonly [index: number, Settlement])[]) {
  const ledger = Ledger.begin(100)
  const done = new Map<number, Settlement>()
  for (let offset = 100; offset < 100 + taken; offset += 1) ledger.take(offset)
  for (const [index, settlement] of steps) {
    const offset = 100 + (index % taken)
    if (!done.has(offset)) done.set(offset, settlement)
    ledger.settle(offset, settlement)
  }
  return { ledger, done }
}

const taken = fc.integer({ min: 1, max: PENDING_MAX })
const steps = fc.array(fc.tuple(fc.nat(PENDING_MAX), fc.constantFrom<Settlement>(...settlements)), {
  maxLength: 1_000,
})

describe('a ledger', () => {
  it('knows what is settled after it was committed and read back', () => {
    fc.assert(
      fc.property(taken, steps, (count, given) => {
        const { ledger, done } = settled(count, given)
        const again = Ledger.from(ledger.position())
        const offsets = Array.from({ length: count + 2 }, (_, index) => 100 + index)
        expect(offsets.filter((offset) => again.isSettled(offset) !== done.has(offset))).toEqual([])
        expect(again.position()).toEqual(ledger.position())
      }),
    )
  })

  it('counts each offset once, so that counts and position agree', () => {
    fc.assert(
      fc.property(taken, steps, (count, given) => {
        const { ledger, done } = settled(count, given)
        const tally = ledger.tally()
        expect(differenceOf(ledger)).toBe(0)
        expect(ledger.pendingBefore(100 + count)).toBe(count - done.size)
        for (const settlement of settlements) {
          const wanted = [...done.values()].filter((one) => one === settlement).length
          expect(tally[settlement]).toBe(wanted)
        }
      }),
    )
  })

  it('fits beside an offset, however far what is pending lies apart', () => {
    const [start, apart] = [2 ** 52, 2_000_000]
    const ledger = Ledger.begin(start)
    for (let index = 0; index < PENDING_MAX; index += 1) ledger.take(start + index * apart)
    expect(ledger.isFull).toBe(true)
    const position = ledger.position()
    expect(position.metadata.length).toBeLessThan(METADATA_BYTES_MAX)
    expect(Ledger.from(position).position()).toEqual(position)
  })

  it('counts what the log no longer holds, without looking at each', () => {
    const ledger = Ledger.begin(0)
    for (const offset of [0, 1, 2, 3]) ledger.take(offset)
    ledger.settle(1, 'acknowledged')
    expect(ledger.expire(2 ** 40)).toBe(2 ** 40 - 1)
    expect([ledger.low, ledger.pendingCount, differenceOf(ledger)]).toEqual([2 ** 40, 0, 0])
    expect(ledger.tally()).toMatchObject({ acknowledged: 1, absent: 2 ** 40 - 1 })
    expect(ledger.expire(5)).toBe(0)
  })

  it.each(['', 'x', '{}', '{"v":2}', '{"v":1,"start":-1}', '[]', 'null'])(
    'begins anew at a position that someone else committed, with %j beside it',
    (metadata) => {
      const ledger = Ledger.from({ offset: 7, metadata })
      expect([ledger.start, ledger.low, ledger.pendingCount]).toEqual([7, 7, 0])
    },
  )

  it('is not changed by what it has settled before', () => {
    const ledger = Ledger.begin(0)
    ledger.settle(0, 'refused')
    ledger.settle(0, 'acknowledged')
    expect(ledger.tally()).toEqual({ acknowledged: 0, refused: 1, unselected: 0, absent: 0 })
  })
})
