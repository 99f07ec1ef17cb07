import { describe, expect, it } from '@jest/globals'
import { gatheringTimes } from './sink-settings.ts'

const defaults = { latencyBudgetMs: 1_000, batchIntervalMs: undefined, sessionTimeoutMs: 15_000 }

/** From the append to the insert, at the longest: prompt rows and patient ones. */
function waitsMs(settings: Parameters<typeof gatheringTimes>[0]): readonly number[] {
  const { fetchSpacingMs, gather } = gatheringTimes(settings)
  return [gather.promptMs, gather.patientMs].map((ms) => fetchSpacingMs + ms)
}

describe('a record waits', () => {
  it('for the share of the budget, and longer where nobody waits for its rows', () => {
    expect(waitsMs(defaults)).toEqual([470, 2_270])
    expect(gatheringTimes(defaults)).toMatchObject({ fetchSpacingMs: 450, fetchPhaseMs: 150 })
  })

  it('as long as is said, if that is set, and most of it at the broker', () => {
    const settings = { ...defaults, batchIntervalMs: 90 }
    expect(waitsMs(settings)).toEqual([90, 90])
    expect(gatheringTimes(settings).fetchSpacingMs).toBe(81)
  })

  it.each([
    [8_000, [3_620, 10_020]],
    [60_000, [10_020, 10_020]],
  ])('about ten seconds at most, with a budget of %i ms', (latencyBudgetMs, expected) => {
    expect(waitsMs({ ...defaults, latencyBudgetMs })).toEqual(expected)
  })

  it('for what is left of it where heartbeats let it spend less at the broker', () => {
    const settings = { ...defaults, batchIntervalMs: 60_000, sessionTimeoutMs: 5_000 }
    expect(gatheringTimes(settings).fetchSpacingMs).toBe(1_000)
    expect(waitsMs(settings)).toEqual([60_000, 60_000])
  })
})
