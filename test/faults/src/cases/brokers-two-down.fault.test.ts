// Goal: without enough brokers nothing is acknowledged, and nothing acknowledged is lost. Method:
// kill -9 two of three under load, see that acknowledgements stop, start them again.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { faultCase } from '../harness/fault-case.ts'

const DOWN_MS = 15_000
/** For the answers of what was in flight when the brokers went. */
const IN_FLIGHT_MS = 8_000

faultCase(import.meta.url, {
  title: 'acknowledges nothing while two of three brokers are down, and loses nothing',
  pipeline: { cluster: 'three', supervise: true },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    await load.sendDuring({ count: 500, ratePerSecond: 40 }, async () => {
      for (const survivor of [1, 2]) {
        const gone = pipeline.cluster.brokers.filter(({ id }) => id !== survivor)
        await faults.inject('kill -9 of two of three brokers', async () => {
          await Promise.all(gone.map((broker) => broker.kill()))
          await delay(IN_FLIGHT_MS)
          const ackedCount = load.ackedCount
          await delay(DOWN_MS)
          expect(load.ackedCount).toBe(ackedCount)
          await Promise.all(gone.map((broker) => broker.start()))
        }, { recovers: 'ingestor' })
      }
    })
  },
})
