// Goal: a rollout is not noticed. Method: two instances of every service; under load stop each with
// SIGTERM and start it again, one after the other, twice; the ingestor that stays answers only 200.
import { expect } from '@jest/globals'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'

const ROUNDS = 2

faultCase(import.meta.url, {
  title: 'loses and doubles nothing, and refuses nothing elsewhere, when every service restarts',
  pipeline: {
    cluster: 'single',
    instances: { ingestor: 2, decoder: 2, 'timeline-processor': 2, 'clickhouse-sink': 2 },
  },
  deadlineMs: 360_000,
  async play(scene) {
    const { load, pipeline } = scene
    await load.sendDuring({ count: 1_000, ratePerSecond: 60 }, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const instance of pipeline.services) await restart(scene, instance)
      }
    })
  },
})

async function restart({ faults, pipeline }: FaultScene, instance: ServiceInstance): Promise<void> {
  const { service } = instance
  const others = pipeline.instances('ingestor').filter((one) => one !== instance)
  const before = await Promise.all(others.map(readRefusals))
  await faults.inject(
    `a restart of ${instance.name}`,
    async () => {
      expect(await instance.stop()).toMatch(/ended with 0$/)
      await instance.start()
      await instance.untilReady()
    },
    { recovers: service },
  )
  expect(await Promise.all(others.map(readRefusals))).toEqual(before)
}

/** Answers other than 200, by outcome. */
async function readRefusals(ingestor: ServiceInstance): Promise<readonly string[]> {
  return (await ingestor.metrics())
    .split('\n')
    .filter(
      (line) => line.startsWith('wa_ingestor_requests_total{') && !line.includes('outcome="acked"'),
    )
}
