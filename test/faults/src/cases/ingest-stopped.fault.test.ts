// Goal: an ingestor asked to stop finishes what it took, empties its spool, and exits with 0.
// Method: SIGTERM under load, three times; the last with Kafka away and files spooled, and Kafka
// comes back when the ingestor takes nothing more, so that only the stop itself can empty them.
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { faultCase } from '../harness/fault-case.ts'
import { SpoolFolder } from '../harness/spool-folder.ts'

const spool = new SpoolFolder()

faultCase(import.meta.url, {
  title: 'stops cleanly under load, and leaves no file behind when Kafka is there',
  pipeline: {
    cluster: 'single',
    throughProxy: ['ingestor'],
    env: spool.env(),
    prepare: spool.prepare,
  },
  deadlineMs: 180_000,
  async play({ pipeline, load, faults }) {
    const ingestor = pipeline.instance('ingestor')
    const [proxy] = pipeline.proxies
    const port = Number(new URL(pipeline.webhookUrls[0] ?? '').port)
    const stop = async (): Promise<void> => {
      expect(await ingestor.stop()).toContain('ended with 0')
      await ingestor.start()
    }
    const stopSpooling = async (): Promise<void> => {
      proxy?.cut()
      await spool.untilFiles(20)
      const stopping = ingestor.stop()
      await eventually('it takes no connection more', () => isRefused(port))
      const files = spool.fileCount()
      faults.measure({ spooledAtTheStop: files })
      expect(files).toBeGreaterThan(0)
      proxy?.mend()
      expect(await stopping).toContain('ended with 0')
      expect(spool.fileCount()).toBe(0)
      await ingestor.start()
    }
    await load.sendDuring({ count: 500, ratePerSecond: 100 }, async () => {
      for (const round of [stop, stop, stopSpooling]) {
        const before = load.ackedCount
        await eventually('webhooks are acked', () => load.ackedCount > before + 50)
        await faults.inject('SIGTERM', round, { recovers: 'ingestor' })
      }
    })
  },
})

async function isRefused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return false
  } catch {
    return true
  } finally {
    socket.destroy()
  }
}
