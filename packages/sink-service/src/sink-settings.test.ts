import { describe, expect, it } from '@jest/globals'
import { gatheringTimes } from './sink-settings.ts'

/** From the answer that has it to its insert, at the longest. */
function waitsMs(settings: Parameters<typeof gatheringTimes>[0], topic: string): number {
  const { fetchSpacingMs, gatherMs } = gatheringTimes(settings, ['log'])
  return fetchSpacingMs + gatherMs(topic)
}

describe('a record waits', () => {
  it('for the share of the budget, and longer where nobody waits for its rows', () => {
    const settings = { latencyBudgetMs: 1_000, batchIntervalMs: undefined }
    expect([waitsMs(settings, 'state'), waitsMs(settings, 'log')]).toEqual([420, 1_260])
    expect(gatheringTimes(settings).fetchSpacingMs).toBe(140)
  })

  it('as long as is said, if that is set', () => {
    const settings = { latencyBudgetMs: 1_000, batchIntervalMs: 90 }
    expect([waitsMs(settings, 'state'), waitsMs(settings, 'log')]).toEqual([90, 90])
  })
})
