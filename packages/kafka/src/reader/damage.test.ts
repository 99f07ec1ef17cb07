import { describe, expect, it } from '@jest/globals'
import { retryDelayMs } from './damage.ts'

function delays(mayPass: boolean): readonly number[] {
  const all: number[] = []
  for (;;) {
    const delayMs = retryDelayMs({ mayPass }, all.length + 1)
    if (delayMs === undefined) return all
    all.push(delayMs)
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

describe('the patience with an unreadable batch', () => {
  it('ends within a second for damage', () => {
    expect(delays(false)).toEqual([250, 250, 250])
  })

  it('lasts five minutes if the broker fails, in growing steps of at most ten seconds', () => {
    const all = delays(true)
    expect(all.slice(0, 7)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000])
    expect(Math.max(...all)).toBe(10_000)
    expect(sum(all)).toBeGreaterThan(290_000)
    expect(sum(all)).toBeLessThan(310_000)
  })
})
