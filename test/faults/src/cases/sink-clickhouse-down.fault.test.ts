// Goal: a ClickHouse that dies is waited for. Method: kill -9 it twice under load, leave it down
// for a while, start it again, and judge every row.
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

const DOWN_MS = 8_000

faultCase(import.meta.url, {
  title: 'loses and doubles no row when ClickHouse is killed and comes back',
  pipeline: { cluster: 'single' },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const sink = pipeline.instance('clickhouse-sink')
    const failures = async () => readMetric(await sink.metrics(), 'wa_sink_insert_failures_total')
    await load.sendDuring({ count: 500, ratePerSecond: 100 }, async () => {
      for (let round = 0; round < 2; round++) {
        const before = await failures()
        await faults.inject(
          'kill -9 of ClickHouse',
          async () => {
            await pipeline.clickhouse.kill()
            await delay(DOWN_MS)
            await eventually('the sink misses it', async () => (await failures()) > before)
            await pipeline.clickhouse.start()
          },
          { recovers: 'clickhouse-sink' },
        )
      }
    })
  },
})
