import { describe, expect, it } from '@jest/globals'
import { type StageKind } from '@wabastream/contracts'
import { CatchUpWatch } from './catch-up.ts'
import { lagOf, type Readings, type StageReading } from './read-stages.ts'
import { ReplayProgressMeter } from './replay-progress.ts'

/** A stage of one partition. */
function stage(kind: StageKind, done: number, end: number): StageReading {
  return { kind, group: kind, ends: new Map([['t/0', end]]), done: new Map([['t/0', done]]) }
}

type Pair = readonly [done: number, end: number]

function readingsOf(raw: Pair, events: Pair, rows: Pair): Readings {
  return [stage('decoder', ...raw), stage('processor', ...events), stage('sink', ...rows)]
}

describe('lagOf', () => {
  it('counts no record twice, and never fewer than none', () => {
    const reading = {
      group: 'g',
      ends: new Map([
        ['t/0', 10],
        ['t/1', 5],
      ]),
      done: new Map([
        ['t/0', 4],
        ['t/1', 9],
      ]),
    }
    expect(lagOf(reading)).toBe(6)
  })
})

describe('CatchUpWatch', () => {
  it('is done once every stage has processed what the one before made of the mark', () => {
    const watch = new CatchUpWatch()
    expect(watch.observe(readingsOf([5, 10], [0, 20], [0, 40]), 0)).toBe(false)
    // The decoder has passed the mark; live traffic goes on after it.
    expect(watch.observe(readingsOf([10, 14], [20, 25], [40, 50]), 1_000)).toBe(false)
    expect(watch.observe(readingsOf([14, 18], [24, 33], [40, 55]), 2_000)).toBe(false)
    expect(watch.observe(readingsOf([18, 20], [33, 35], [40, 66]), 3_000)).toBe(false)
    expect(watch.observe(readingsOf([20, 22], [35, 37], [65, 80]), 4_000)).toBe(false)
    expect(watch.observe(readingsOf([20, 22], [35, 37], [79, 90]), 4_500)).toBe(false)
    expect(watch.delayMs).toBeUndefined()
    expect(watch.observe(readingsOf([20, 22], [35, 37], [80, 95]), 5_000)).toBe(true)
    expect(watch.delayMs).toBe(5_000)
  })

  it('starts again after each time', () => {
    const watch = new CatchUpWatch()
    const quiet = readingsOf([1, 1], [2, 2], [3, 3])
    const seen = [0, 1, 2, 3, 4, 5].map((atMs) => watch.observe(quiet, atMs))
    expect(seen).toEqual([false, false, true, false, false, true])
  })
})

describe('ReplayProgressMeter', () => {
  it('counts from where this run began', () => {
    const meter = new ReplayProgressMeter(readingsOf([100, 300], [0, 0], [0, 0]))
    expect(meter.measure(readingsOf([150, 310], [5, 9], [1, 4]), 0)).toMatchObject({
      done: 50,
      total: 210,
      eventsWaiting: 4,
      rowsWaiting: 3,
      remainingMs: undefined,
    })
  })

  it('says how long the decoder will take when it is the slowest', () => {
    const meter = new ReplayProgressMeter(readingsOf([0, 1_000], [0, 0], [0, 0]))
    meter.measure(readingsOf([0, 1_000], [0, 0], [0, 0]), 0)
    expect(meter.measure(readingsOf([100, 1_000], [200, 200], [300, 300]), 2_000)).toMatchObject({
      ratePerSecond: 50,
      remainingMs: 18_000,
    })
  })

  it('allows for the work that decoding will make for the later stages', () => {
    const meter = new ReplayProgressMeter(readingsOf([0, 1_000], [0, 0], [0, 0]))
    meter.measure(readingsOf([0, 1_000], [0, 0], [0, 0]), 0)
    // 4 rows per webhook arrive, 1 is done: 300 lie there, 3 600 will come, 100 took 2 s.
    expect(meter.measure(readingsOf([100, 1_000], [200, 200], [100, 400]), 2_000)).toMatchObject({
      remainingMs: 78_000,
    })
  })

  it('does not guess while a stage stands still', () => {
    const meter = new ReplayProgressMeter(readingsOf([0, 1_000], [0, 0], [0, 0]))
    meter.measure(readingsOf([0, 1_000], [0, 0], [0, 0]), 0)
    expect(meter.measure(readingsOf([0, 1_000], [0, 0], [0, 0]), 2_000).remainingMs).toBeUndefined()
  })
})
