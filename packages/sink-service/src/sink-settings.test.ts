import { describe, expect, it } from '@jest/globals'
import { gatherMsOf } from './sink-settings.ts'

describe('a record waits', () => {
  it('for the share of the budget, and longer where nobody waits for its rows', () => {
    const gatherMs = gatherMsOf({ latencyBudgetMs: 1_000, batchIntervalMs: undefined }, ['log'])
    expect([gatherMs('state'), gatherMs('log')]).toEqual([420, 1_260])
  })

  it('as long as is said, if that is set', () => {
    const gatherMs = gatherMsOf({ latencyBudgetMs: 1_000, batchIntervalMs: 90 }, ['log'])
    expect([gatherMs('state'), gatherMs('log')]).toEqual([90, 90])
  })
})
