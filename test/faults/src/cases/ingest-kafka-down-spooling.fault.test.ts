// Goal: with the spool on, webhooks are acked all through an outage, none is lost, and the backlog
// goes to Kafka at three times the rate at which others go on arriving. Method: kill the broker at
// 200 webhooks/s, let time pass (WABASTREAM_OUTAGE_SECONDS), start it, time the drain.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric, readRefusals, SpoolFolder } from '../harness/spool-folder.ts'

const RATE = 200
/** Others use this machine, too. */
const ARRIVED_PER_SECOND_MIN = 0.75 * RATE
/** Of what arrives while the broker is away. */
const REFUSED_SHARE_MAX = 0.01
const OUTAGE_SECONDS = Number(process.env['WABASTREAM_OUTAGE_SECONDS'] ?? 600)
const SWITCH_MS = 3_000
const PART_SECONDS = 5
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'acks while Kafka is down, and drains at three times the arrival rate',
  pipeline: { cluster: 'single', env: spool.env(), prepare: spool.prepare },
  deadlineMs: OUTAGE_SECONDS * 3_000 + 300_000,
  settleMs: OUTAGE_SECONDS * 1_000 + 180_000,
  async play({ pipeline, load, faults }) {
    const broker = pipeline.cluster.brokers[0]
    const ingestor = pipeline.instance('ingestor')
    const arriving = { count: RATE * PART_SECONDS, ratePerSecond: RATE }
    await load.sendDuring(arriving, async () => {
      await eventually('webhooks are acked', () => load.ackedCount > RATE)
      await broker?.kill()
      await delay(SWITCH_MS)
      const before = { acked: load.ackedCount, refused: await readRefusals(ingestor) }
      const windowMs = OUTAGE_SECONDS * 1_000 - SWITCH_MS
      await delay(windowMs)
      const arrived = load.ackedCount - before.acked
      const refused = (await readRefusals(ingestor)) - before.refused
      const arrivedPerSecond = (arrived / windowMs) * 1_000
      faults.measure({ arrivedPerSecond, refused })
      expect(arrivedPerSecond).toBeGreaterThan(ARRIVED_PER_SECOND_MIN)
      expect(refused).toBeLessThanOrEqual(arrived * REFUSED_SHARE_MAX)
      const ready = await ingestor.ask('readyz')
      expect([ready.status, await ready.json()]).toMatchObject([
        200,
        { details: { isDisposable: false, isKafkaAvailable: false } },
      ])
      const draining = timeDrain(ingestor, () => load.ackedCount)
      await faults.inject(
        'kafka down',
        async () => {
          await broker?.start()
        },
        { recovers: 'decoder' },
      )
      const drain = await draining
      faults.measure({ ...drain })
      expect(drain.drainedPerSecond).toBeGreaterThan(3 * RATE)
      expect(spool.fileCount()).toBe(0)
    })
  },
})

interface Drain {
  readonly drained: number
  readonly drainedPerSecond: number
  readonly arrivedMeanwhilePerSecond: number
}

/** From the first record drained to the last. */
async function timeDrain(
  ingestor: { metrics(): Promise<string> },
  ackedCount: () => number,
): Promise<Drain> {
  let began: { readonly atMs: number; readonly acked: number } | undefined
  let drained = 0
  await eventually(
    'the spool is drained',
    async () => {
      const text = await ingestor.metrics()
      drained = readMetric(text, 'wa_ingestor_spool_drained_total')
      if (drained > 0) began ??= { atMs: performance.now(), acked: ackedCount() }
      return readMetric(text, 'wa_ingestor_spool_files') === 0
    },
    OUTAGE_SECONDS * 1_000 + 300_000,
  )
  const { atMs, acked } = began ?? { atMs: performance.now(), acked: 0 }
  const seconds = Math.max(0.1, (performance.now() - atMs) / 1_000)
  return {
    drained,
    drainedPerSecond: drained / seconds,
    arrivedMeanwhilePerSecond: (ackedCount() - acked) / seconds,
  }
}
