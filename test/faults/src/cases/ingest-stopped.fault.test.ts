// Goal: an ingestor asked to stop finishes what it took, empties its spool, and exits with 0.
// Method: SIGTERM under load, three times, the last with files spooled.
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'stops cleanly under load, and leaves no file behind when Kafka is there',
  pipeline: {
    cluster: 'single', throughProxy: ['ingestor'], env: spool.env(), prepare: spool.prepare,
  },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies
    const sending = load.send({ count: 2_500, ratePerSecond: 100 })
    for (const isSpooling of [false, false, true]) {
      const before = load.ackedCount
      await eventually('webhooks are acked', () => load.ackedCount > before + 50)
      if (isSpooling) {
        proxy?.cut()
        await spool.untilFiles(20)
        proxy?.mend()
      }
      await faults.inject('SIGTERM', async () => {
        expect(await ingestor.stop()).toContain('ended with 0')
        if (isSpooling) expect(spool.fileCount()).toBe(0)
        await ingestor.start()
      }, { recovers: 'ingestor' })
    }
    await sending
  },
})
