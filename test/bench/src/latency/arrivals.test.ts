import { describe, expect, it } from '@jest/globals'
import { arrivalTimes } from './arrivals.ts'

const times = arrivalTimes({ count: 20_000, ratePerSecond: 200, seed: 1 })
const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0))

describe('arrivalTimes', () => {
  it('keeps the rate', () => {
    const perSecond = (times.length * 1_000) / (times.at(-1) ?? 1)
    expect(perSecond).toBeGreaterThan(190)
    expect(perSecond).toBeLessThan(210)
  })

  it('spreads arrivals at random: gaps vary as much as they last', () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.9)
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.1)
  })

  it('is the same for the same seed', () => {
    expect(arrivalTimes({ count: 20_000, ratePerSecond: 200, seed: 1 })).toEqual(times)
  })
})
