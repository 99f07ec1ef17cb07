import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { splitLatencyBudget } from './latency-budget.ts'

const budgets = fc.integer({ min: 50, max: 60_000 })

describe('splitLatencyBudget', () => {
  it('lets all stages fetch at one interval, each after the one before', () => {
    expect(splitLatencyBudget(1_000)).toEqual({
      periodMs: 450,
      phaseMs: { decoder: 0, transaction: 50, sink: 150 },
    })
  })

  it('leaves two fifths of it for the work, whatever the budget', () => {
    fc.assert(
      fc.property(budgets, (budgetMs) => {
        const { periodMs, phaseMs } = splitLatencyBudget(budgetMs)
        expect(periodMs + phaseMs.sink).toBeLessThanOrEqual(budgetMs * 0.6)
        expect(phaseMs.decoder).toBeLessThan(phaseMs.transaction)
        expect(phaseMs.transaction).toBeLessThan(phaseMs.sink)
        expect(phaseMs.sink).toBeLessThan(periodMs)
      }),
    )
  })

  it('gives whole milliseconds, and more for more', () => {
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 1_000 }), (budgetMs, moreMs) => {
        const { periodMs } = splitLatencyBudget(budgetMs)
        expect(Number.isInteger(periodMs) && periodMs > 0).toBe(true)
        expect(splitLatencyBudget(budgetMs + moreMs).periodMs).toBeGreaterThanOrEqual(periodMs)
      }),
    )
  })
})
