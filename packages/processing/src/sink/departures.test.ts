import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { createDepartures } from './departures.ts'
import { until } from './lane-harness.fixture.ts'

const GATHER_MS = 100

describe('departures', () => {
  it('take along whatever waits, once the first has waited for its time', async () => {
    const departures = createDepartures(GATHER_MS)
    const left: string[] = []
    const begunMs = performance.now()
    departures.join(begunMs, () => left.push('first'))
    await delay(GATHER_MS / 2)
    departures.join(performance.now(), () => left.push('second'))
    expect(left).toEqual([])
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['first', 'second'])
    expect(performance.now() - begunMs).toBeGreaterThan(GATHER_MS - 2)
  })

  it('wait no longer where something has waited already', async () => {
    const departures = createDepartures(60_000)
    const left: string[] = []
    departures.join(performance.now(), () => left.push('fresh'))
    departures.join(performance.now() - 60_000, () => left.push('late'))
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['fresh', 'late'])
  })

  it('leave behind what was taken back', async () => {
    const departures = createDepartures(GATHER_MS)
    const left: string[] = []
    const takeBack = departures.join(performance.now() - GATHER_MS, () => left.push('taken back'))
    departures.join(performance.now(), () => left.push('other'))
    takeBack()
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['other'])
  })

  it('begin again after each', async () => {
    const departures = createDepartures(1)
    const left: string[] = []
    departures.join(performance.now(), () => left.push('first'))
    await until('the first', () => left.length === 1)
    departures.join(performance.now(), () => left.push('second'))()
    departures.join(performance.now(), () => left.push('third'))
    await until('the next', () => left.length === 2)
    expect(left).toEqual(['first', 'third'])
  })
})
