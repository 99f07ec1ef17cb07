// Goal: an answer that never comes leaves nothing in doubt. Method: swallow one answer to each kind
// of request that a processor makes, one after the other, and wait until it continues.
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

/** Without an answer to these nobody knows what became of the transaction: it is given up. */
const OF_TRANSACTIONS = [
  'addOffsetsToTxn',
  'txnOffsetCommit',
  'addPartitionsToTxn',
  'produce',
  'endTxn',
] as const
const OTHERS = ['fetch', 'heartbeat'] as const
const FELT_WITHIN_MS = 60_000

faultCase(import.meta.url, {
  title: 'goes on, once, after the answer to any of its requests was swallowed',
  pipeline: { cluster: 'single', throughProxy: ['timeline-processor'] },
  deadlineMs: 420_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 50 }, async () => {
      for (const api of OF_TRANSACTIONS) {
        await inject(scene, api, async () => {
          const before = await failedTransactions(scene)
          await swallow(scene, api)
          await eventually(
            `the lost answer to ${api} is felt`,
            async () => (await failedTransactions(scene)) > before,
            FELT_WITHIN_MS,
          )
        })
      }
      for (const api of OTHERS) await inject(scene, api, () => swallow(scene, api))
      // A producer is initialised when a partition is taken, which a lost transaction brings about.
      await inject(scene, 'initProducerId', async () => {
        scene.pipeline.proxies[0]?.spoil({ kind: 'reset' }, { apiKey: kafkaApi.endTxn })
        await swallow(scene, 'initProducerId')
      })
    })
  },
})

type Api = keyof typeof kafkaApi

async function inject({ faults }: FaultScene, api: Api, fault: () => Promise<void>): Promise<void> {
  await faults.inject(`swallowed ${api}`, fault, { recovers: 'timeline-processor' })
}

/** Resolves when an answer was dropped on its way. */
async function swallow({ pipeline }: FaultScene, api: Api): Promise<void> {
  const dropped = Promise.withResolvers<void>()
  const remove = pipeline.proxies[0]?.onAnswer(kafkaApi[api], () => {
    remove?.()
    dropped.resolve()
    return 'drop'
  })
  await dropped.promise
}

async function failedTransactions({ pipeline }: FaultScene): Promise<number> {
  return readMetric(
    await pipeline.instance('timeline-processor').metrics(),
    'wa_kafka_transactions_total\\{[^}]*outcome="(?!committed)[^}]*\\}',
  )
}
