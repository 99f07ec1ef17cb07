// Goal: whatever a processor was doing when it died, its events count once. Method: hold a frame of
// each step of the transaction in the proxy, kill -9 its sender there, three rounds over three.
import { faultCase } from '../harness/fault-case.ts'
import { holdAt, transactionSteps } from '../harness/hold-at.ts'

const ROUNDS = 3
const INSTANCES = 3
const WEBHOOKS_PER_ROUND = 3_500

faultCase(import.meta.url, {
  title: 'loses and doubles nothing when processors are killed at each step of a transaction',
  pipeline: {
    cluster: 'single',
    throughProxy: ['timeline-processor'],
    instances: { 'timeline-processor': INSTANCES },
  },
  deadlineMs: 900_000,
  async play({ pipeline, load, faults }) {
    let kills = 0
    for (let round = 0; round < ROUNDS; round++) {
      // Each round is about a third of the traffic, and all of it is done before the next.
      await load.sendDuring({ count: WEBHOOKS_PER_ROUND, ratePerSecond: 60 }, async () => {
        for (const step of transactionSteps) {
          const instance = pipeline.instance('timeline-processor', (kills++ % INSTANCES) + 1)
          const { proxies } = pipeline
          await faults.inject(
            `kill -9 of ${instance.name} ${step.name}`,
            async () => {
              await holdAt(step, { proxies, instance }, async () => {
                await instance.kill()
                return 'drop'
              })
              await instance.start()
            },
            { recovers: 'timeline-processor' },
          )
          await instance.untilReady()
        }
      })
    }
  },
})
