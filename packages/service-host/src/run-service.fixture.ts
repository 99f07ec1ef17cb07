import { read } from 'node:fs'
import { z } from 'zod'
import { processFields } from './fields.ts'
import { toHealth } from './health.ts'
import { runService } from './run-service.ts'

/** A small service whose behaviour the tests choose; run as a process of its own. */
await runService({
  service: 'fixture',
  schema: z.object({
    ...processFields({ adminPort: 0 }),
    behaviour: z.enum(['fine', 'start-fails', 'rejects', 'never-stops', 'blocks-a-thread']),
  }),
  async start({ config, logger, registry, signal }) {
    const ready = await registry.getSingleMetric('wa_service_ready')?.get()
    logger.info({ ready: ready?.values.map(({ value }) => value) }, 'fixture starts')
    if (config.behaviour === 'start-fails') throw new Error('no start today')
    if (config.behaviour === 'rejects') void Promise.reject(new Error('nobody listens'))
    if (config.behaviour === 'blocks-a-thread') blockThread()
    const keepAlive = setInterval(() => {}, 1_000)
    return {
      isAlive: () => toHealth([]),
      isReady: () => toHealth([]),
      async stop() {
        logger.info({ aborted: signal.aborted }, 'fixture stops')
        if (config.behaviour === 'never-stops') await new Promise(() => {})
        clearInterval(keepAlive)
      },
    }
  },
})

/** Reads what nobody writes, which takes as long as a name server that is away. */
function blockThread(): void {
  read(0, Buffer.alloc(1), () => {})
}
