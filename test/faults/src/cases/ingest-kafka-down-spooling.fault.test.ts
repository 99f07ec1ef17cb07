// Goal: with the spool on, webhooks are acked all through an outage, and none is lost. Method:
// kill the broker at 200 webhooks/s, let time pass (WABASTREAM_OUTAGE_SECONDS), start it, time the
// drain.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric, SpoolFolder } from '../harness/spool-folder.ts'

const RATE = 200
const OUTAGE_SECONDS = Number(process.env['WABASTREAM_OUTAGE_SECONDS'] ?? 12)
const SWITCH_MS = 3_000
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'acks while Kafka is down, and drains at three times the arrival rate',
  pipeline: { cluster: 'single', env: spool.env(), prepare: spool.prepare },
  deadlineMs: OUTAGE_SECONDS * 3_000 + 120_000,
  async play({ pipeline, load, faults }) {
    const broker = pipeline.cluster.brokers[0]
    const ingestor = pipeline.instance('ingestor')
    const sending = load.send({ count: RATE * (OUTAGE_SECONDS + 3), ratePerSecond: RATE })
    await eventually('webhooks are acked', () => load.ackedCount > RATE)
    await broker?.kill()
    await delay(SWITCH_MS)
    const before = load.ackedCount
    await delay(OUTAGE_SECONDS * 1_000 - SWITCH_MS)
    expect(load.ackedCount - before)
      .toBeGreaterThan(RATE * (OUTAGE_SECONDS - SWITCH_MS / 1_000) * 0.7)
    const ready = await fetch(`${ingestor.adminUrl}/readyz`)
    expect([ready.status, await ready.json()])
      .toMatchObject([200, { details: { isDisposable: false, isKafkaAvailable: false } }])
    await sending
    await faults.inject('kafka down', async () => { await broker?.start() },
      { recovers: 'decoder' })
    const spooled = readMetric(await ingestor.metrics(), 'wa_ingestor_spool_appended_total')
    const seconds = await timeDrain(ingestor)
    expect(spooled / seconds).toBeGreaterThan(3 * RATE)
    expect(spool.fileCount()).toBe(0)
  },
})

/** From the first record drained to the last. */
async function timeDrain(ingestor: { metrics(): Promise<string> }): Promise<number> {
  let startedMs: number | undefined
  await eventually('the spool is drained', async () => {
    const text = await ingestor.metrics()
    if (readMetric(text, 'wa_ingestor_spool_drained_total') > 0) startedMs ??= performance.now()
    return readMetric(text, 'wa_ingestor_spool_files') === 0
  }, 120_000)
  return Math.max(0.1, (performance.now() - (startedMs ?? performance.now())) / 1_000)
}
