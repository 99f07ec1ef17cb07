// Goal: without a spool nothing is acked while Kafka is down, and all of it arrives afterwards.
// Method: kill the broker at 200 webhooks/s; refused ones are sent again, as a provider does.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'

const RATE = 200
const OUTAGE_SECONDS = Number(process.env['WABASTREAM_OUTAGE_SECONDS'] ?? 12)
const SETTLE_MS = 3_000

faultCase(import.meta.url, {
  title: 'refuses while Kafka is down; what was refused comes again and arrives',
  pipeline: { cluster: 'single' },
  deadlineMs: OUTAGE_SECONDS * 3_000 + 300_000,
  async play({ pipeline, load, faults }) {
    const broker = pipeline.cluster.brokers[0]
    const sending = load.send({ count: RATE * OUTAGE_SECONDS, ratePerSecond: RATE })
    await eventually('webhooks are acked', () => load.ackedCount > RATE)
    await faults.inject('kafka down', async () => {
      await broker?.kill()
      await delay(SETTLE_MS)
      const before = load.ackedCount
      await delay(OUTAGE_SECONDS * 1_000 - SETTLE_MS)
      expect(load.ackedCount).toBe(before)
      const ready = await fetch(`${pipeline.instance('ingestor').adminUrl}/readyz`)
      expect(ready.status).toBe(503)
      await broker?.start()
    }, { recovers: 'ingestor' })
    await sending
  },
})
