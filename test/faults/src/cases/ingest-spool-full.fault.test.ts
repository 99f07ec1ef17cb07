// Goal: webhooks are refused, and not acked, when the disk is full. Method: spool on a tmpfs of 16
// MiB (needs root; fails otherwise) that is nearly filled beforehand, with the way to Kafka cut.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { readMetric, readRefusals, SpoolFolder } from '../harness/spool-folder.ts'

const MIB = 1_048_576
/** What was being written when the disk was full. */
const ACKED_WHILE_FULL_MAX = 20
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'refuses when the disk is full, and drains what it acked before',
  pipeline: {
    cluster: 'single',
    throughProxy: ['ingestor'],
    env: spool.env(),
    async prepare() {
      mountNearlyFull()
      const remove = await spool.prepare()
      return async () => {
        execFileSync('umount', ['-l', spool.path])
        await remove()
      }
    },
  },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const [proxy] = pipeline.proxies
    const ingestor = pipeline.instance('ingestor')
    await load.sendDuring({ count: 500, ratePerSecond: 100 }, async () => {
      await eventually('webhooks are acked', () => load.ackedCount > 100)
      await faults.inject(
        'disk full',
        async () => {
          proxy?.cut()
          await eventually(
            'the disk is full',
            async () =>
              readMetric(
                await ingestor.metrics(),
                'wa_ingestor_spool_failures_total\\{cause="no_space".*\\}',
              ) > 0,
            60_000,
          )
          const files = spool.fileCount()
          const acked = load.ackedCount
          await eventually(
            'it is not ready',
            async () => (await ingestor.ask('readyz')).status === 503,
          )
          const refused = await readRefusals(ingestor)
          // Who was refused comes again only after a while.
          await eventually('more are refused', async () => (await readRefusals(ingestor)) > refused)
          faults.measure({ ackedWhileFull: load.ackedCount - acked })
          expect(load.ackedCount - acked).toBeLessThan(ACKED_WHILE_FULL_MAX)
          expect(files).toBeGreaterThan(10)
          expect(spool.fileCount()).toBeLessThan(files + 20)
          proxy?.mend()
        },
        { recovers: 'ingestor' },
      )
    })
    await spool.untilDrained()
  },
})

function mountNearlyFull(): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', spool.path])
  mkdirSync(`${spool.path}/ballast`)
  writeFileSync(`${spool.path}/ballast/file`, Buffer.alloc(15.4 * MIB))
}
