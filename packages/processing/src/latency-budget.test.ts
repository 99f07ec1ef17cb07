import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { splitLatencyBudget } from './latency-budget.ts'

const budgets = fc.integer({ min: 50, max: 60_000 })

function sum(budgetMs: number): number {
  return Object.values(splitLatencyBudget(budgetMs)).reduce((total, ms) => total + ms, 0)
}

describe('splitLatencyBudget', () => {
  it('lets the stage gather longest whose batches cost most', () => {
    expect(splitLatencyBudget(1_000)).toEqual({ decoderMs: 120, transactionMs: 240, sinkMs: 420 })
  })

  it('leaves time for the work, whatever the budget', () => {
    fc.assert(
      fc.property(budgets, (budgetMs) => {
        expect(sum(budgetMs)).toBeLessThanOrEqual(budgetMs * 0.8)
        expect(sum(budgetMs)).toBeGreaterThanOrEqual(budgetMs * 0.6)
      }),
    )
  })

  it('gives whole milliseconds, and more for more', () => {
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 1_000 }), (budgetMs, moreMs) => {
        const shares = splitLatencyBudget(budgetMs)
        const larger = splitLatencyBudget(budgetMs + moreMs)
        for (const stage of ['decoderMs', 'transactionMs', 'sinkMs'] as const) {
          expect(Number.isInteger(shares[stage]) && shares[stage] > 0).toBe(true)
          expect(larger[stage]).toBeGreaterThanOrEqual(shares[stage])
        }
      }),
    )
  })
})
