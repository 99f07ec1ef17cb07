import { describe, expect, it } from '@jest/globals'
import { type CpuProfile, functionTimes, originTimes } from './cpu-profile.ts'

const frame = (id: number, functionName: string, url = '', lineNumber = 0) => ({
  id,
  callFrame: { functionName, url, lineNumber },
})

const profile: CpuProfile = {
  startTime: 1_000,
  nodes: [
    frame(1, '(idle)'),
    frame(2, 'encode', 'file:///repo/packages/kafka/src/a.ts', 9),
    frame(3, '', 'file:///repo/node_modules/@scope/koa/lib/b.js', 4),
    frame(4, 'writev'),
    // The same function, called from elsewhere.
    frame(5, 'encode', 'file:///repo/packages/kafka/src/a.ts', 9),
    frame(6, 'onread', 'node:internal/streams', 0),
    frame(7, '(garbage collector)'),
  ],
  samples: [2, 1, 3, 4, 5, 6, 7],
  timeDeltas: [100, 500, 100, 100, 300, 200, 200],
}
const whole = { fromUs: 0, toUs: Infinity }
const root = 'file:///repo/'

describe('times of a profile', () => {
  it('are those of each function alone, the longest first, without idling', () => {
    const times = functionTimes(profile, whole, root)
    expect(times[0]).toEqual({
      name: 'encode',
      place: 'packages/kafka/src/a.ts:10',
      selfUs: 400,
      share: 0.4,
    })
    expect(times.map(({ name }) => name)).not.toContain('(idle)')
    expect(times.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  })

  it('can be those of a part of the time', () => {
    const times = functionTimes(profile, { fromUs: 1_601, toUs: 1_801 }, root)
    expect(times.map(({ name, selfUs }) => [name, selfUs])).toEqual([
      ['(anonymous)', 100],
      ['writev', 100],
    ])
  })

  it('are summed by where the code comes from', () => {
    const origins = originTimes(functionTimes(profile, whole, root))
    expect(origins.map(({ name, selfUs }) => [name, selfUs])).toEqual([
      ['packages/kafka', 400],
      ['node', 200],
      ['(garbage collector)', 200],
      ['@scope/koa', 100],
      ['native code', 100],
    ])
  })
})
