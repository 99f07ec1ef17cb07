// Goal: partitions that move all the time are still worked on once each. Method: under load, let a
// third processor leave, by turns with a goodbye and without, come back, and commit again.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'
import { readMetric } from '../harness/spool-folder.ts'

const ROUNDS = 12
const PACE_MS = 3_000
/** Longer than a start and the session of the member that it was before. */
const JOINED_WITHIN_MS = 25_000
/** A round may pass without it where the machine is slow. */
const JOINED_MIN = 9

faultCase(import.meta.url, {
  title: 'loses and doubles nothing while members come and go',
  pipeline: { cluster: 'single', instances: { 'timeline-processor': 3 } },
  deadlineMs: ROUNDS * (JOINED_WITHIN_MS + 3 * PACE_MS) + 60_000,
  async play({ pipeline, load, faults }) {
    const restless = pipeline.instance('timeline-processor', 3)
    const joinMs: number[] = []
    await load.sendDuring({ count: 500, ratePerSecond: 50 }, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        if (round % 2 === 0) await restless.stop()
        else await restless.kill()
        faults.counted()
        await delay(PACE_MS)
        const startedMs = performance.now()
        await restless.start()
        if (await hasJoined(restless)) joinMs.push(performance.now() - startedMs)
        await delay(PACE_MS)
      }
    })
    const slowestJoinSeconds = Math.max(...joinMs) / 1_000
    faults.measure({ rounds: ROUNDS, joined: joinMs.length, slowestJoinSeconds })
    expect(joinMs.length).toBeGreaterThanOrEqual(JOINED_MIN)
  },
})

/** Whether it commits transactions, in this life, which it can't without partitions. */
async function hasJoined(restless: ServiceInstance): Promise<boolean> {
  const committed = 'wa_kafka_transactions_total\\{[^}]*outcome="committed"[^}]*\\}'
  return await eventually(
    'it works as a member',
    async () => readMetric(await restless.metrics(), committed) > 0,
    JOINED_WITHIN_MS,
  ).then(
    () => true,
    () => false,
  )
}
