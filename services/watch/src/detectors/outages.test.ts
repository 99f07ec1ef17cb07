import { describe, expect, it } from '@jest/globals'
import { HOUR_MS, hourOf, MINUTE_MS } from './detection.ts'
import { findGaps, isCatchingUp, isDisturbed, withRefused } from './outages.ts'

const everyMinute = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * MINUTE_MS)
const inMinutes = (gaps: ReturnType<typeof findGaps>) =>
  gaps.map(({ fromMs, toMs }) => [fromMs / MINUTE_MS, toMs / MINUTE_MS])

describe('gaps in what the canary sings', () => {
  it('are as long as nothing came, and go on at the end', () => {
    const canaryMs = [...everyMinute(0, 60), ...everyMinute(75, 100), ...everyMinute(104, 130)]
    expect(inMinutes(findGaps(canaryMs, 131 * MINUTE_MS))).toEqual([[60, 75]])
    expect(inMinutes(findGaps(canaryMs, 140 * MINUTE_MS))).toEqual([
      [60, 75],
      [130, 140],
    ])
  })

  it('are no silence of a canary that sings once in ten minutes', () => {
    const seldom = [0, 10, 20, 30, 40, 65, 75, 110, 120].map((minute) => minute * MINUTE_MS)
    expect(inMinutes(findGaps(seldom, 125 * MINUTE_MS))).toEqual([[75, 110]])
  })

  it('are not to be told without a canary, or from one webhook', () => {
    expect(findGaps([], HOUR_MS)).toEqual([])
    expect(findGaps([0], HOUR_MS)).toEqual([])
  })
})

describe('an outage', () => {
  const outage = { fromMs: 2 * HOUR_MS, toMs: 4 * HOUR_MS }
  const isOf = (hour: number) => isDisturbed(hourOf(hour * HOUR_MS, [outage]))

  it('is of the hours in which it lies', () => {
    expect([1, 2, 3, 4].map(isOf)).toEqual([false, true, true, false])
  })

  it('is over for messages once the provider had as long again', () => {
    const isOver = (hour: number) => !isCatchingUp([outage], hour * HOUR_MS, (hour + 1) * HOUR_MS)
    expect([1, 3, 5, 6].map(isOver)).toEqual([true, false, false, true])
  })

  it('began before the first webhook that is missing: what was refused had happened', () => {
    expect(withRefused(outage)).toEqual({ ...outage, fromMs: outage.fromMs - MINUTE_MS })
  })
})
