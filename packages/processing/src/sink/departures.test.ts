import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { createDepartures, type GatherTimes } from './departures.ts'
import { until } from './lane-harness.fixture.ts'

const PROMPT_MS = 100
const HOUR_MS = 3_600_000

/** `prompt` and `patient` join with something that has waited for so long already. */
function harness(times: GatherTimes) {
  const departures = createDepartures(times)
  const left: string[] = []
  const join = (name: string, sinceMs: number, promptSinceMs?: number): (() => void) =>
    departures.join({
      sinceMs,
      promptSinceMs,
      go: (departing) => left.push(`${name}: ${departing}`),
    })
  return {
    left,
    prompt(name: string, waitedMs = 0, patientWaitedMs = waitedMs): () => void {
      const nowMs = performance.now()
      return join(name, nowMs - patientWaitedMs, nowMs - waitedMs)
    },
    patient: (name: string, waitedMs = 0): (() => void) => join(name, performance.now() - waitedMs),
  }
}

describe('departures', () => {
  it('take along whatever waits, once the first has waited for its time', async () => {
    const { left, prompt } = harness({ promptMs: PROMPT_MS })
    const begunMs = performance.now()
    prompt('first')
    await delay(PROMPT_MS / 2)
    prompt('second')
    expect(left).toEqual([])
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['first: all', 'second: all'])
    expect(performance.now() - begunMs).toBeGreaterThan(PROMPT_MS - 2)
  })

  it('wait no longer where something has waited already', async () => {
    const { left, prompt } = harness({ promptMs: HOUR_MS })
    prompt('fresh')
    prompt('late', HOUR_MS)
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['fresh: all', 'late: all'])
  })

  it('leave behind what was taken back', async () => {
    const { left, prompt } = harness({ promptMs: PROMPT_MS })
    const takeBack = prompt('taken back', PROMPT_MS)
    prompt('other')
    takeBack()
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['other: all'])
  })

  it('begin again after each', async () => {
    const { left, prompt } = harness({ promptMs: 1 })
    prompt('first')
    await until('the first', () => left.length === 1)
    prompt('second')()
    prompt('third')
    await until('the next', () => left.length === 2)
    expect(left).toEqual(['first: all', 'third: all'])
  })

  it('leave patient rows behind', async () => {
    const { left, patient, prompt } = harness({ promptMs: 1, patientMs: HOUR_MS, slackMs: 60_000 })
    const takeBack = patient('fresh')
    prompt('prompt')
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['prompt: prompt'])
    takeBack()
  })

  it('take all of them along, once some are due soon', async () => {
    const { left, patient, prompt } = harness({ promptMs: 1, patientMs: HOUR_MS, slackMs: 60_000 })
    patient('fresh')
    prompt('prompt')
    prompt('prompt with old patient rows', 0, HOUR_MS - 50_000)
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['fresh: all', 'prompt: all', 'prompt with old patient rows: all'])
  })

  it('are due for patient rows alone, too', async () => {
    const { left, patient, prompt } = harness({ promptMs: HOUR_MS, patientMs: HOUR_MS + 10 })
    prompt('prompt')
    patient('old', HOUR_MS + 10)
    await until('the departure', () => left.length > 0)
    expect(left).toEqual(['prompt: all', 'old: all'])
  })
})
