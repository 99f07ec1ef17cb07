// Goal: what the spool acked survives a death at any moment of its way to Kafka. Method: spool
// behind a cut connection, mend it, and kill -9 while the drained records' ack is on its way, and
// again between two files that are being removed, on a disk that is slow with each.
import { expect } from '@jest/globals'
import { eventually, kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const REMOVAL_MS = 200
const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'loses nothing when killed while draining, or while removing drained files',
  pipeline: spool.onFaultyDisk(),
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies
    const spoolSome = async (): Promise<number> => {
      proxy?.cut()
      await load.send({ count: 400, ratePerSecond: 100 })
      await spool.untilFiles(50)
      return spool.fileCount()
    }
    const killDraining = async (): Promise<void> => {
      const before = await spoolSome()
      const killed = Promise.withResolvers<void>()
      const remove = proxy?.onAnswer(kafkaApi.produce, async (): Promise<'drop'> => {
        await ingestor.kill()
        killed.resolve()
        return 'drop'
      })
      proxy?.mend()
      await killed.promise
      remove?.()
      expect(spool.fileCount()).toBe(before)
      await ingestor.start()
    }
    const killRemoving = async (): Promise<void> => {
      const before = await spoolSome()
      await spool.setFault({ step: 'remove', delayMs: REMOVAL_MS })
      proxy?.mend()
      await eventually('some files are removed', () => spool.fileCount() < before)
      await ingestor.kill()
      expect(spool.fileCount()).toBeGreaterThan(0)
      await spool.setFault(null)
      await ingestor.start()
    }
    for (const kill of [killDraining, killRemoving]) {
      await faults.inject('kill -9', kill, { recovers: 'decoder' })
      await ingestor.untilReady()
      await spool.untilDrained()
    }
    expect(spool.quarantinedCount()).toBe(0)
  },
})
