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
  deadlineMs: OUTAGE_SECONDS * 3_000 + 300_000,
  async play({ pipeline, load, faults }) {
    const broker = pipeline.cluster.brokers[0]
    const ingestor = pipeline.instance('ingestor')
    const sending = load.send({ count: RATE * (OUTAGE_SECONDS + 3), ratePerSecond: RATE })
    await eventually('webhooks are acked', () => load.ackedCount > RATE)
    await broker?.kill()
    await delay(SWITCH_MS)
    const before = load.ackedCount
    const windowMs = OUTAGE_SECONDS * 1_000 - SWITCH_MS
    await delay(windowMs)
    // As fast as this machine sends and syncs.
    const arrivalRate = (load.ackedCount - before) / windowMs * 1_000
    expect(arrivalRate).toBeGreaterThan(RATE / 10)
    const ready = await fetch(`${ingestor.adminUrl}/readyz`)
    expect([ready.status, await ready.json()])
      .toMatchObject([200, { details: { isDisposable: false, isKafkaAvailable: false } }])
    await sending
    const spooled = readMetric(await ingestor.metrics(), 'wa_ingestor_spool_appended_total')
    const draining = timeDrain(ingestor)
    await faults.inject('kafka down', async () => { await broker?.start() },
      { recovers: 'decoder' })
    const seconds = await draining
    process.stdout.write(`drained ${spooled} webhooks in ${seconds.toFixed(1)} s\n`)
    expect(spooled / seconds).toBeGreaterThan(3 * arrivalRate)
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
  }, 300_000)
  return Math.max(0.1, (performance.now() - (startedMs ?? performance.now())) / 1_000)
}
