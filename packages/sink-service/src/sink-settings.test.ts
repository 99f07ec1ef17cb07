import { describe, expect, it } from '@jest/globals'
import { gatheringTimes } from './sink-settings.ts'

const defaults = { latencyBudgetMs: 1_000, batchIntervalMs: undefined, sessionTimeoutMs: 15_000 }

/** From the answer that has it to its insert, at the longest. */
function waitsMs(settings: Parameters<typeof gatheringTimes>[0], topic: string): number {
  const { fetchSpacingMs, gatherMs } = gatheringTimes(settings, ['log'])
  return fetchSpacingMs + gatherMs(topic)
}

describe('a record waits', () => {
  it('for the share of the budget, and longer where nobody waits for its rows', () => {
    expect([waitsMs(defaults, 'state'), waitsMs(defaults, 'log')]).toEqual([420, 1_260])
    expect(gatheringTimes(defaults).fetchSpacingMs).toBe(140)
  })

  it('as long as is said, if that is set', () => {
    const settings = { ...defaults, batchIntervalMs: 90 }
    expect([waitsMs(settings, 'state'), waitsMs(settings, 'log')]).toEqual([90, 90])
  })

  it.each([
    [8_000, [3_360, 10_000]],
    [60_000, [10_000, 10_000]],
  ])('ten seconds at most, with a budget of %i ms', (latencyBudgetMs, expected) => {
    const settings = { ...defaults, latencyBudgetMs }
    expect([waitsMs(settings, 'state'), waitsMs(settings, 'log')]).toEqual(expected)
  })

  it('for what is left of it where heartbeats let it spend less at the broker', () => {
    const settings = { ...defaults, batchIntervalMs: 60_000, sessionTimeoutMs: 5_000 }
    expect(gatheringTimes(settings).fetchSpacingMs).toBe(1_000)
    expect(waitsMs(settings, 'state')).toBe(60_000)
  })
})
