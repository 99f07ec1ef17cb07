// Goal: partitions that move all the time are still worked on once each. Method: under load, let a
// third processor join and leave every three seconds for two minutes.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { faultCase } from '../harness/fault-case.ts'

const STORM_MS = 120_000
const PACE_MS = 3_000
const ROUNDS_MIN = 10

faultCase(import.meta.url, {
  title: 'loses and doubles nothing while members come and go',
  pipeline: { cluster: 'single', instances: { 'timeline-processor': 3 } },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const sending = load.send({ count: 5_000, ratePerSecond: 50 })
    const restless = pipeline.instance('timeline-processor', 3)
    const deadline = Date.now() + STORM_MS
    let rounds = 0
    for (; Date.now() < deadline; rounds++) {
      // By turns it says goodbye and does not.
      if (rounds % 2 === 0) await restless.stop()
      else await restless.kill()
      faults.counted()
      await delay(PACE_MS)
      await restless.start()
      await delay(PACE_MS)
    }
    await restless.stop()
    await sending
    expect(rounds).toBeGreaterThanOrEqual(ROUNDS_MIN)
  },
})
