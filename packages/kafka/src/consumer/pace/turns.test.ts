import { describe, expect, it } from '@jest/globals'
import { Turns } from './turns.ts'

/** In which turn of the event loop each of the batches may be worked on. */
async function turnsOf(batches: readonly number[]): Promise<readonly number[]> {
  const turns = new Turns()
  let turn = 0
  const count = (): void => {
    turn += 1
    immediate = setImmediate(count)
  }
  let immediate = setImmediate(count)
  const found = await Promise.all(
    batches.map(async (records) => {
      await turns.next(records)
      return turn
    }),
  )
  clearImmediate(immediate)
  return found
}

describe('turns of the event loop', () => {
  it('are shared by small batches', async () => {
    expect(await turnsOf(Array.from({ length: 50 }, () => 20))).toEqual(Array(50).fill(0))
  })

  it('go to one large batch each, in order', async () => {
    const found = await turnsOf([5_000, 1, 5_000, 5_000])
    expect(found).toEqual(found.toSorted((a, b) => a - b))
    expect(new Set(found).size).toBeGreaterThanOrEqual(3)
  })
})
