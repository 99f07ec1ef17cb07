// Goal: a disk that takes half a second for each fsync makes acks slow, and nothing else. Method:
// an ingestor whose SpoolDisk waits 500 ms before each fsync of a file, while the way to Kafka is
// cut.
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric, SpoolFolder } from '../harness/spool-folder.ts'

const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'goes on acking when an fsync takes 500 ms',
  pipeline: spool.onFaultyDisk(),
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    await spool.setFault({ step: 'sync', delayMs: 500 })
    await load.sendDuring({ count: 500, ratePerSecond: 100 }, async () => {
      await eventually('webhooks are acked', () => load.ackedCount > 100)
      proxy?.cut()
      await faults.inject(
        'slow fsync',
        async () => {
          await spool.untilFaultReached()
          await spool.untilFiles(10)
        },
        { recovers: 'ingestor' },
      )
      const metrics = await pipeline.instance('ingestor').metrics()
      expect(readMetric(metrics, 'wa_ingestor_spool_failures_total')).toBe(0)
    })
    proxy?.mend()
    await spool.untilDrained()
  },
})
