import { setTimeout as delay } from 'node:timers/promises'
import { serviceNames } from '@wabastream/contracts'
import { generateTraffic, sendWebhooks } from '@wabastream/simulator'
import { findFreePort } from '@wabastream/local-stack'
import { type ServiceProcess } from '@wabastream/testing'
import { readQuantile } from './histogram.ts'
import { benchChannel, createBenchPipeline } from './scene/pipeline.ts'
import { readUsage } from './usage/process-usage.ts'
import { type BenchReport } from './report.ts'

const WARM_UP_RATE = 200
/** The last batch has its row long before; what comes after it would not be counted. */
const SETTLE_MS = 5_000
const ROW = { name: 'wa_sink_ingest_to_row_seconds', label: 'table="message_timeline"' }

/** The whole pipeline at a steady rate: time to the 200, and from there to the timeline's row. */
export async function benchLatency(options: {
  readonly count: number
  readonly warmUp: number
  readonly ratePerSecond: number
}): Promise<BenchReport> {
  const { count, warmUp, ratePerSecond } = options
  const pipeline = await createBenchPipeline(await findFreePort())
  try {
    const services: (readonly [string, ServiceProcess])[] = []
    for (const name of serviceNames) services.push([name, await pipeline.start(name)])
    const url = `http://127.0.0.1:${pipeline.port}`
    const webhooks = generateTraffic({
      count: count + warmUp,
      seed: 'bench latency',
      channels: [benchChannel],
      batchedShare: 0,
      startMs: Date.now() - 86_400_000,
      shuffleShare: 0.2,
      duplicateShare: 0.03,
    })
    await sendWebhooks({ url, webhooks: webhooks.slice(0, warmUp), ratePerSecond: WARM_UP_RATE })
    const before = services.map(([, { pid }]) => readUsage(pid).cpuUs)
    const report = await sendWebhooks({ url, webhooks: webhooks.slice(warmUp), ratePerSecond })
    await delay(SETTLE_MS)
    const metrics =
      (await services.find(([name]) => name === 'clickhouse-sink')?.[1].metrics()) ?? ''
    const rowMs = (quantile: number): number =>
      1_000 * (readQuantile(metrics, { ...ROW, quantile }) ?? NaN)
    return {
      bench: 'latency',
      webhooks: report.acked,
      seconds: report.elapsedMs / 1_000,
      webhooksPerSecond: report.acked / (report.elapsedMs / 1_000),
      bodyBytesMean: webhooks.reduce((sum, { body }) => sum + body.length, 0) / webhooks.length,
      processes: services.map(([process, { pid }], index) => {
        const { cpuUs, rssBytes } = readUsage(pid)
        return {
          process,
          rssMb: rssBytes / 1e6,
          cpuUsPerWebhook: (cpuUs - (before[index] ?? 0)) / report.acked,
        }
      }),
      latencyMs: report.latencyMs,
      rowLatencyMs: { p50: rowMs(0.5), p99: rowMs(0.99) },
    }
  } finally {
    await pipeline.close()
  }
}
