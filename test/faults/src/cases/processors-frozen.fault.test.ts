// Goal: a processor that was taken for dead can do no harm when it wakes up. Method: SIGSTOP it in
// mid-transaction with its request held, let the others take over, then let both go on.
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { hasMovedOn, heldPartitions, readGroupProgress } from '../harness/cluster-progress.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { holdAt, transactionSteps } from '../harness/hold-at.ts'
import { PARTITIONS } from '../harness/pipeline-stack.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'
import { readMetric } from '../harness/spool-folder.ts'

const TAKE_OVER_MS_MAX = 60_000
const COMMITTED = transactionSteps[4].name

faultCase(import.meta.url, {
  title: 'fences a processor that wakes up after its partitions were given away',
  pipeline: {
    cluster: 'single',
    throughProxy: ['timeline-processor'],
    supervise: true,
    instances: { 'timeline-processor': 2 },
  },
  deadlineMs: 480_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 60 }, async () => {
      for (const round of transactionSteps.keys()) await freeze(scene, round)
    })
    expect(scene.faults.count).toBe(transactionSteps.length)
  },
})

async function freeze({ faults, pipeline }: FaultScene, round: number): Promise<void> {
  const step = transactionSteps[round]
  if (step === undefined) throw new RangeError(`no step ${round}`)
  const { kafka, proxies } = pipeline
  const instance = pipeline.instance('timeline-processor', (round % 2) + 1)
  const other = pipeline.instance('timeline-processor', 2 - (round % 2))
  await faults.inject(
    `SIGSTOP ${step.name}`,
    async () => {
      const before = await failedTransactions(instance)
      await holdAt(step, { proxies, instance }, async () => {
        instance.pause()
        const left = await readGroupProgress(kafka, 'timeline-processor')
        await eventually(
          'the other takes all partitions over',
          async () => (await heldPartitions(other)).size === PARTITIONS,
          TAKE_OVER_MS_MAX,
        )
        await eventually(
          'the other commits what was left',
          async () => hasMovedOn(left, await readGroupProgress(kafka, 'timeline-processor')),
          TAKE_OVER_MS_MAX,
        )
        instance.continue()
      })
      // If the commit had been answered, nothing was left to fence.
      if (step.name === COMMITTED) return
      await eventually(
        'its transaction is not committed',
        async () => (await failedTransactions(instance)) > before,
        TAKE_OVER_MS_MAX,
      )
    },
    { recovers: 'timeline-processor' },
  )
  await instance.untilReady()
}

async function failedTransactions(instance: ServiceInstance): Promise<number> {
  return readMetric(
    await instance.metrics(),
    'wa_kafka_transactions_total\\{[^}]*outcome="(?!committed)[^}]*\\}',
  )
}
