import { describe, expect, it } from '@jest/globals'
import { createProgressWatchdog } from './progress-watchdog.ts'

const INPUT = { topic: 't', partition: 0 }

function create() {
  const state = { nowMs: 0, position: 10, endOffset: 10, isHalted: false }
  const watchdog = createProgressWatchdog({
    timeoutMs: 100,
    now: () => state.nowMs,
    progress: () => [
      {
        ...INPUT,
        position: state.position,
        endOffset: state.endOffset,
        receivedAtMs: null,
        lagRecords: state.endOffset - state.position,
        isHalted: state.isHalted,
      },
    ],
  })
  return { state, watchdog }
}

describe('progress watchdog', () => {
  it('never complains of an idle partition, nor of the first record after a long idleness', () => {
    const { state, watchdog } = create()
    for (const nowMs of [0, 1_000, 2_000]) {
      state.nowMs = nowMs
      expect(watchdog.standstills()).toEqual([])
    }
    state.nowMs = 3_000
    state.endOffset = 11
    expect(watchdog.standstills()).toEqual([])
  })

  it('does not complain of a partition that is halted: a restart would not help', () => {
    const { state, watchdog } = create()
    Object.assign(state, { endOffset: 20, isHalted: true })
    expect(watchdog.standstills()).toEqual([])
    state.nowMs = 1_000
    expect(watchdog.standstills()).toEqual([])
  })

  it('complains of lag without any advance for the whole time', () => {
    const { state, watchdog } = create()
    state.endOffset = 20
    expect(watchdog.standstills()).toEqual([])
    state.nowMs = 100
    state.endOffset = 30
    expect(watchdog.standstills()).toEqual([])
    state.nowMs = 101
    expect(watchdog.standstills()).toEqual(['t-0 stands still at 10'])
  })

  it('counts any advance as progress, even if the lag grows', () => {
    const { state, watchdog } = create()
    for (let step = 1; step < 20; step += 1) {
      state.nowMs = step * 90
      state.position = 10 + step
      state.endOffset = 20 + 5 * step
      expect(watchdog.standstills()).toEqual([])
    }
  })

  it('counts work that moves no position as progress when it is reported', () => {
    const { state, watchdog } = create()
    state.endOffset = 20
    watchdog.standstills()
    state.nowMs = 90
    watchdog.touch(INPUT)
    state.nowMs = 150
    expect(watchdog.standstills()).toEqual([])
    state.nowMs = 191
    expect(watchdog.standstills()).toHaveLength(1)
  })
})
