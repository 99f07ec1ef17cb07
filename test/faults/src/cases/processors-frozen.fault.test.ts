// Goal: a processor that was taken for dead can do no harm when it wakes up. Method: SIGSTOP it in
// mid-transaction with its request held, let the others take over, then let both go on.
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { readGroupProgress } from '../harness/cluster-progress.ts'
import { faultCase } from '../harness/fault-case.ts'
import { holdAt, transactionSteps } from '../harness/hold-at.ts'

const TAKE_OVER_MS_MAX = 60_000

faultCase(import.meta.url, {
  title: 'fences a processor that wakes up after its partitions were given away',
  pipeline: {
    cluster: 'single', throughProxy: ['timeline-processor'], supervise: true,
    instances: { 'timeline-processor': 2 },
  },
  deadlineMs: 300_000,
  async play({ pipeline, load, faults }) {
    const sending = load.send({ count: 6_000, ratePerSecond: 60 })
    const { kafka, proxies } = pipeline
    for (const [round, step] of transactionSteps.entries()) {
      const instance = pipeline.instance('timeline-processor', round % 2 + 1)
      await faults.inject(`SIGSTOP ${step.name}`, () =>
        holdAt(step, { proxies, instance }, async () => {
          instance.pause()
          await eventually('another takes all partitions over', async () => {
            const { left } = await readGroupProgress(kafka, 'timeline-processor')
            return left < 50 && await othersHoldAll(pipeline.instances('timeline-processor')
              .filter((one) => one !== instance))
          }, TAKE_OVER_MS_MAX)
          instance.continue()
        }), { recovers: 'timeline-processor' })
      await instance.untilReady()
    }
    await sending
    expect(faults.count).toBe(transactionSteps.length)
  },
})

const PARTITIONS = 6

async function othersHoldAll(
  others: readonly { metrics(): Promise<string> }[],
): Promise<boolean> {
  const texts = await Promise.all(others.map((other) => other.metrics()))
  const held = new Set(texts.flatMap((text) =>
    [...text.matchAll(/^wa_kafka_consumer_lag_records\{.*partition="(\d+)".*\}/gm)]
      .map(([, partition]) => partition)))
  return held.size === PARTITIONS
}
