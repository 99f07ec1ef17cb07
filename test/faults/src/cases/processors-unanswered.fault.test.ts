// Goal: an answer that never comes leaves nothing in doubt. Method: swallow one answer of each
// request that a processor makes, one kind after the other, and wait until it goes on.
import { expect } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'

const SWALLOWED = [
  'addOffsetsToTxn', 'txnOffsetCommit', 'addPartitionsToTxn', 'produce', 'endTxn', 'fetch',
  'heartbeat',
] as const

faultCase(import.meta.url, {
  title: 'goes on, once, after the answer to any of its requests was swallowed',
  pipeline: { cluster: 'single', throughProxy: ['timeline-processor'] },
  deadlineMs: 300_000,
  async play({ pipeline, load, faults }) {
    const sending = load.send({ count: 6_000, ratePerSecond: 50 })
    const [proxy] = pipeline.proxies
    if (proxy === undefined) throw new Error('no proxy')
    const swallow = async (api: keyof typeof kafkaApi): Promise<void> => {
      const before = proxy.requestCount(kafkaApi[api])
      proxy.spoil({ kind: 'swallow' }, { apiKey: kafkaApi[api] })
      await eventually(`the next ${api}`, () => proxy.requestCount(kafkaApi[api]) > before)
    }
    for (const api of SWALLOWED) {
      await faults.inject(`swallowed ${api}`, () => swallow(api), { recovers: 'timeline-processor' })
    }
    // A producer is initialised when a partition is taken, which a failed transaction brings about.
    await faults.inject('swallowed initProducerId', async () => {
      proxy.spoil({ kind: 'reset' }, { apiKey: kafkaApi.endTxn })
      await swallow('initProducerId')
    }, { recovers: 'timeline-processor' })
    await sending
    expect(faults.count).toBe(SWALLOWED.length + 1)
  },
})
