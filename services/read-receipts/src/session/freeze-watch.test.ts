import { describe, expect, it, jest } from '@jest/globals'
import { FreezeWatch } from './freeze-watch.ts'

describe('the watch', () => {
  it('sees that time went by without it, at once and for good', () => {
    jest.useFakeTimers()
    try {
      let nowMs = 0
      const onFrozen = jest.fn()
      const watch = new FreezeWatch({ limitMs: 1_000, now: () => nowMs, onFrozen })
      for (let tick = 0; tick < 20; tick += 1) {
        nowMs += 250
        jest.advanceTimersByTime(250)
      }
      expect([watch.isFrozen(), onFrozen.mock.calls.length]).toEqual([false, 0])
      nowMs += 1_200
      expect(watch.isFrozen()).toBe(true)
      jest.advanceTimersByTime(500)
      expect([watch.isFrozen(), onFrozen.mock.calls.length]).toEqual([true, 2])
      watch.close()
    } finally {
      jest.useRealTimers()
    }
  })
})
