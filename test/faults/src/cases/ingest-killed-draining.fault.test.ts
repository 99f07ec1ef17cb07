// Goal: what the spool acked survives a death at any moment of its way to Kafka. Method: spool
// behind a cut connection, mend it, and kill -9 while the drained records' ack is on its way, and
// again while files are being removed.
import { expect } from '@jest/globals'
import { kafkaApi } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'loses nothing when killed while draining, or while removing drained files',
  pipeline: {
    cluster: 'single', throughProxy: ['ingestor'], env: spool.env(), prepare: spool.prepare,
  },
  deadlineMs: 240_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies
    const spoolSome = async (): Promise<number> => {
      proxy?.cut()
      await load.send({ count: 500, ratePerSecond: 100 })
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
      proxy?.mend()
      while (spool.fileCount() === before) await new Promise((next) => { setImmediate(next) })
      await ingestor.kill()
      await ingestor.start()
    }
    for (const kill of [killDraining, killRemoving, killDraining, killRemoving]) {
      await faults.inject('kill -9', kill, { recovers: 'decoder' })
      await ingestor.untilReady()
      await spool.untilDrained()
    }
    expect(spool.quarantinedCount()).toBe(0)
  },
})
