// Goal: a processor that dies and comes back loses and doubles nothing. Method: kill -9 the only
// timeline processor twice under load, start it again, and judge everything that came out.
import { topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { readCommittedSum } from '../harness/cluster-progress.ts'
import { faultCase } from '../harness/fault-case.ts'

faultCase(import.meta.url, {
  title: 'loses and doubles nothing when the processor is killed twice',
  pipeline: { cluster: 'single' },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    await load.sendDuring({ count: 1_000, ratePerSecond: 100 }, async () => {
      const { events } = topicNames(1)
      const done = () => readCommittedSum(pipeline.kafka, 'timeline-processor', events)
      for (let round = 0; round < 2; round++) {
        // It has to die at work.
        const before = await done()
        await eventually('it is at work', async () => (await done()) > before)
        await faults.inject(
          'kill -9',
          async () => {
            const processor = pipeline.instance('timeline-processor')
            await processor.kill()
            await processor.start()
          },
          { recovers: done },
        )
      }
    })
  },
})
