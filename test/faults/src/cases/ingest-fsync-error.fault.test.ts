// Goal: what an fsync did not confirm is never acked. Method: an ingestor whose SpoolDisk answers
// EIO to every fsync, then to every fsync of the folder, while the way to Kafka is cut.
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readRefusals, SpoolFolder } from '../harness/spool-folder.ts'

const REFUSED_MIN = 50
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'acks nothing while fsync fails, and goes on with new files afterwards',
  pipeline: spool.onFaultyDisk(),
  deadlineMs: 300_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    const ingestor = pipeline.instance('ingestor')
    const failEach = async (): Promise<void> => {
      for (const step of ['sync', 'syncDirectory']) {
        await faults.inject(`${step} fails`, () => fail(step), { recovers: 'ingestor' })
      }
    }
    const fail = async (step: string): Promise<void> => {
      await spool.setFault({ step, code: 'EIO' })
      await eventually('it is not ready', async () => (await ingestor.ask('readyz')).status === 503)
      const before = { acked: load.ackedCount, refused: await readRefusals(ingestor) }
      // A refused client comes again only after a while.
      await eventually(
        'more are refused',
        async () => (await readRefusals(ingestor)) > before.refused + REFUSED_MIN,
        60_000,
      )
      expect(load.ackedCount).toBe(before.acked)
      await spool.setFault(null)
    }
    await load.sendDuring({ count: 500, ratePerSecond: 100 }, async () => {
      await eventually('webhooks are acked', () => load.ackedCount > 100, 60_000)
      proxy?.cut()
      await spool.untilFiles(10)
      await failEach()
      proxy?.mend()
    })
    await spool.untilDrained()
  },
})
