// Goal: an ingestor that dies while it writes to the spool loses nothing that it acked before, and
// half-written files do not disturb it afterwards. Method: with the way to Kafka cut, hold one step
// of writing a file on a faulty disk, with webhooks waiting for it, and kill -9 there.
import { expect } from '@jest/globals'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const STEPS = ['write', 'sync', 'rename', 'syncDirectory']
const HELD_MS = 60_000
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'loses nothing when killed at each step of writing a file',
  pipeline: spool.onFaultyDisk(),
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies
    await load.sendDuring({ count: 200, ratePerSecond: 100 }, async () => {
      for (const step of STEPS) {
        const acked = load.ackedCount
        proxy?.cut()
        await spool.untilFiles(5)
        await faults.inject(
          `kill -9 in ${step}`,
          async () => {
            await spool.setFault({ step, delayMs: HELD_MS })
            await spool.untilFaultReached()
            await ingestor.kill()
            await spool.setFault(null)
            proxy?.mend()
            await ingestor.start()
          },
          { recovers: 'ingestor' },
        )
        expect(load.ackedCount).toBeGreaterThan(acked)
        await ingestor.untilReady()
        await spool.untilDrained()
      }
    })
    expect(spool.quarantinedCount()).toBe(0)
    expect(spool.unfinished()).toEqual([])
  },
})
