// Goal: without a spool nothing is acked while Kafka is down, and all of it arrives afterwards.
// Method: kill the broker at 200 webhooks/s; refused ones are sent again, as a provider does, so
// that as many go on coming all through the outage (WABASTREAM_OUTAGE_SECONDS).
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric } from '../harness/spool-folder.ts'

const RATE = 200
const OUTAGE_SECONDS = Number(process.env['WABASTREAM_OUTAGE_SECONDS'] ?? 600)
const RETRY_AFTER_SECONDS = 5
const SETTLE_MS = 3_000

faultCase(import.meta.url, {
  title: 'refuses while Kafka is down; what was refused comes again and arrives',
  pipeline: { cluster: 'single' },
  deadlineMs: OUTAGE_SECONDS * 3_000 + 300_000,
  settleMs: OUTAGE_SECONDS * 1_000 + 180_000,
  async play({ pipeline, load, faults }) {
    const broker = pipeline.cluster.brokers[0]
    const ingestor = pipeline.instance('ingestor')
    const refused = async (): Promise<number> =>
      readMetric(
        await ingestor.metrics(),
        'wa_ingestor_requests_total\\{.*outcome="kafka_unavailable".*\\}',
      )
    const sending = load.send({
      count: RATE * OUTAGE_SECONDS,
      ratePerSecond: RATE,
      concurrency: RATE * RETRY_AFTER_SECONDS,
    })
    await eventually('webhooks are acked', () => load.ackedCount > RATE)
    await faults.inject(
      'kafka down',
      async () => {
        await broker?.kill()
        await delay(SETTLE_MS)
        const before = { acked: load.ackedCount, refused: await refused() }
        const windowMs = OUTAGE_SECONDS * 1_000 - SETTLE_MS
        await delay(windowMs)
        expect(load.ackedCount).toBe(before.acked)
        const refusedPerSecond = (((await refused()) - before.refused) / windowMs) * 1_000
        faults.measure({ refusedPerSecond })
        expect(refusedPerSecond).toBeGreaterThan(RATE / 2)
        const ready = await ingestor.ask('readyz')
        expect(ready.status).toBe(503)
        await broker?.start()
      },
      { recovers: 'ingestor' },
    )
    await sending
  },
})
