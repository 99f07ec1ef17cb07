// Goal: an ingestor that dies loses nothing that it acked. Method: kill -9 while a produce request
// is on its way there, while the answer is on its way back, and right after webhooks were acked.
import { kafkaApi, eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'

const ROUNDS = 3

faultCase(import.meta.url, {
  title: 'loses nothing acked when killed before the append, after it, and after the ack',
  pipeline: { cluster: 'single', throughProxy: ['ingestor'], supervise: true },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies

    const killAt = async (when: 'onRequest' | 'onAnswer'): Promise<void> => {
      const killed = Promise.withResolvers<void>()
      const remove = proxy?.[when](kafkaApi.produce, async (): Promise<'drop'> => {
        await ingestor.kill()
        killed.resolve()
        return 'drop'
      })
      await killed.promise
      remove?.()
    }
    const killAfterAck = async (): Promise<void> => {
      const before = load.ackedCount
      await eventually('webhooks are acked', () => load.ackedCount > before)
      await ingestor.kill()
    }
    await load.sendDuring({ count: 500, ratePerSecond: 60 }, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const kill of [() => killAt('onRequest'), () => killAt('onAnswer'), killAfterAck]) {
          await faults.inject('kill -9', kill, { recovers: 'ingestor' })
        }
      }
    })
  },
})
