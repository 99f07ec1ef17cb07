// Goal: packets to the leader that vanish without a reset cost nothing that was acked. Method: the
// proxy swallows both ways for WABASTREAM_SILENCE_SECONDS under load, with the spool on.
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const SILENCE_SECONDS = Number(process.env['WABASTREAM_SILENCE_SECONDS'] ?? 180)
const RATE = 100
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'acks into the spool while the leader is silent, and loses nothing',
  pipeline: {
    cluster: 'single',
    throughProxy: ['ingestor'],
    env: spool.env(),
    prepare: spool.prepare,
  },
  deadlineMs: SILENCE_SECONDS * 2_000 + 180_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    await load.sendDuring({ count: 500, ratePerSecond: RATE }, async () => {
      await eventually('webhooks are acked', () => load.ackedCount > RATE)
      await faults.inject(
        'silence',
        async () => {
          proxy?.silence('both')
          await delay(5_000)
          const before = load.ackedCount
          await delay(SILENCE_SECONDS * 1_000 - 5_000)
          await spool.untilFiles(10)
          expect(load.ackedCount).toBeGreaterThan(before + 100)
          proxy?.mend()
        },
        { recovers: 'ingestor' },
      )
    })
    await spool.untilDrained(120_000)
  },
})
