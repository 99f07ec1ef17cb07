import { describe, expect, it } from '@jest/globals'
import { type LaneEvent, type LaneState, laneStates } from './lane-states.ts'

const after = (...events: readonly LaneEvent[]): LaneState =>
  events.reduce<LaneState>((state, event) => laneStates[state].on[event], 'gathering')

const rows = Object.entries(laneStates)

describe('the states of a lane', () => {
  it('take nothing more once it drains or is closed', () => {
    for (const [state, row] of rows) {
      const next = Object.values(row.on).map((to) => laneStates[to])
      const isBackToTaking = !row.takes && next.some(({ takes }) => takes)
      expect({ state, isBackToTaking }).toEqual({ state, isBackToTaking: false })
    }
  })

  it('end for good when it closes', () => {
    for (const [, { on }] of rows) expect(on.close).toBe('closed')
    expect(new Set(Object.values(laneStates.closed.on))).toEqual(new Set(['closed']))
  })

  it('let one batch go at a time', () => {
    for (const [, { starts, on }] of rows) {
      if (starts) expect(laneStates[on.start].starts).toBe(false)
    }
    expect(laneStates[after('start')].starts).toBe(false)
    expect(laneStates[after('start', 'written')].starts).toBe(true)
    expect(laneStates[after('start', 'stall', 'drain', 'written')].starts).toBe(true)
  })

  it('pause reading only while a batch is on its way; its end resumes reading', () => {
    for (const [, { isPaused, starts, on }] of rows) {
      if (!isPaused) continue
      expect(starts).toBe(false)
      expect(laneStates[on.written].isPaused).toBe(false)
    }
    expect(laneStates[after('stall')].isPaused).toBe(false)
    expect(laneStates[after('start', 'close', 'stall')].isPaused).toBe(false)
  })
})
