import { describe, expect, it } from '@jest/globals'
import { aStatus } from '@wabastream/testing'
import { toNumberRow } from '../rows/number-row.ts'
import { KnownNumbers } from './known-numbers.ts'

const DAY_MS = 86_400_000
const MORNING = Date.UTC(2026, 4, 1, 6)

const rowOf = (envelope: object) => toNumberRow(aStatus('sent', envelope)) ?? []

describe('known numbers', () => {
  it('have one row a day for all that was said of them', () => {
    const numbers = new KnownNumbers()
    expect(numbers.isNews(rowOf({ receivedAt: MORNING, displayNumber: '1555' }))).toBe(true)
    expect(numbers.isNews(rowOf({ receivedAt: MORNING + 1, displayNumber: '1555' }))).toBe(false)
    expect(numbers.isNews(rowOf({ receivedAt: MORNING, displayNumber: '1556' }))).toBe(true)
    expect(numbers.isNews(rowOf({ receivedAt: MORNING + DAY_MS, displayNumber: '1555' }))).toBe(
      true,
    )
  })

  it('are none where an event names no number', () => {
    expect(toNumberRow(aStatus('sent', { number: '' }))).toBeUndefined()
  })
})
