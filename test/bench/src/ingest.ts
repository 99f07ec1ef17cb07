import { sendWebhooks } from '@wabastream/simulator'
import { findFreePort } from '@wabastream/local-stack'
import { createBenchPipeline } from './scene/pipeline.ts'
import { generateWebhooks, repeat } from './scene/single-webhooks.ts'
import { type Profiler } from './profile/profiler.ts'
import { readUsage } from './usage/process-usage.ts'
import { type BenchReport } from './report.ts'

const BOUND_US = 60

/** CPU per webhook of the ingestor under keep-alive load, and the time that a 200 takes. */
export async function benchIngest(options: {
  readonly count: number
  readonly warmUp: number
  readonly concurrency: number
  readonly ratePerSecond: number | undefined
  readonly profiler: Profiler
}): Promise<BenchReport> {
  const { count, warmUp, concurrency, profiler, ratePerSecond } = options
  const pipeline = await createBenchPipeline(await findFreePort())
  try {
    const ingestor = await pipeline.start('ingestor', profiler.variablesOf('ingestor'))
    const url = `http://127.0.0.1:${pipeline.port}`
    const pace = ratePerSecond === undefined ? {} : { ratePerSecond }
    const webhooks = generateWebhooks()
    await sendWebhooks({ url, webhooks: repeat(webhooks, warmUp), concurrency })
    profiler.begin()
    const before = readUsage(ingestor.pid)
    const report = await sendWebhooks({
      url,
      webhooks: repeat(webhooks, count),
      concurrency,
      ...pace,
    })
    const after = readUsage(ingestor.pid)
    profiler.end()
    const cpuUsPerWebhook = (after.cpuUs - before.cpuUs) / report.acked
    return {
      bench: 'ingest',
      webhooks: report.acked,
      seconds: report.elapsedMs / 1_000,
      webhooksPerSecond: report.acked / (report.elapsedMs / 1_000),
      bodyBytesMean: webhooks.reduce((sum, { body }) => sum + body.length, 0) / webhooks.length,
      processes: [{ process: 'ingestor', cpuUsPerWebhook, rssMb: after.rssBytes / 1e6 }],
      latencyMs: report.latencyMs,
      bound: { processes: ['ingestor'], limitUs: BOUND_US, measuredUs: cpuUsPerWebhook },
    }
  } finally {
    await pipeline.close()
  }
}
