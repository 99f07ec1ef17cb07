// Goal: what an fsync did not confirm is never acked. Method: an ingestor whose SpoolDisk answers
// EIO to every fsync, then to every fsync of the folder, while the way to Kafka is cut.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'acks nothing while fsync fails, and goes on with new files afterwards',
  pipeline: spool.onFaultyDisk(),
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    const ingestor = pipeline.instance('ingestor')
    const sending = load.send({ count: 2_000, ratePerSecond: 100 })
    await eventually('webhooks are acked', () => load.ackedCount > 100)
    proxy?.cut()
    await spool.untilFiles(10)
    for (const step of ['sync', 'syncDirectory']) {
      await faults.inject(`${step} fails`, async () => {
        await spool.setFault({ step, code: 'EIO' })
        await eventually('it is not ready', async () =>
          (await ingestor.ask('readyz')).status === 503)
        const before = load.ackedCount
        await delay(3_000)
        expect(load.ackedCount).toBe(before)
        await spool.setFault(null)
      }, { recovers: 'ingestor' })
    }
    proxy?.mend()
    await sending
    await spool.untilDrained()
  },
})
