// Goal: a ClickHouse that dies is waited for. Method: kill -9 it twice under load, leave it down
// for a while, start it again, and judge every row.
import { setTimeout as delay } from 'node:timers/promises'
import { faultCase } from '../harness/fault-case.ts'

const DOWN_MS = 8_000

faultCase(import.meta.url, {
  title: 'loses and doubles no row when ClickHouse is killed and comes back',
  pipeline: { cluster: 'single' },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const sending = load.send({ count: 3_000, ratePerSecond: 100 })
    for (let round = 0; round < 2; round++) {
      await faults.inject('kill -9 of ClickHouse', async () => {
        await pipeline.clickhouse.kill()
        await delay(DOWN_MS)
        await pipeline.clickhouse.start()
      }, { recovers: 'clickhouse-sink' })
    }
    await sending
  },
})
