import { setTimeout as delay } from 'node:timers/promises'
import { serviceNames } from '@wabastream/contracts'
import { generateTraffic, sendWebhooks } from '@wabastream/simulator'
import { findFreePort } from '@wabastream/local-stack'
import { type ServiceProcess } from '@wabastream/testing'
import { type Profiler } from '../profile/profiler.ts'
import { type BenchPipeline, benchChannel, createBenchPipeline } from '../scene/pipeline.ts'
import { findServers } from '../usage/server-processes.ts'
import { startUsageMeter } from '../usage/usage-meter.ts'
import { arrivalTimes } from './arrivals.ts'
import { type LatencyReport } from './latency-report.ts'
import { readAppendTimes } from './record-times.ts'
import { readRowTimes, stampRows, timedTables } from './row-times.ts'
import { perSecond, readCounts } from './service-counts.ts'

/** The JVM and V8 have compiled what is hot by the end. */
const WARM_UP_RATE = 400
/** What is measured begins when what warmed up is done. */
const PAUSE_MS = 3_000
const SETTLE_MS = 5_000

export interface LatencyOptions {
  readonly seconds: number
  readonly warmUp: number
  readonly ratePerSecond: number
  /** Settings of all services beyond the usual ones. */
  readonly env: Readonly<Record<string, string>>
  readonly profiler: Profiler
}

/**
 * The whole pipeline at a steady rate of single webhooks that arrive independently: what a webhook
 * costs each process, and how long it takes to each stage.
 */
export async function benchLatency(options: LatencyOptions): Promise<LatencyReport> {
  const { env, profiler, ratePerSecond, warmUp } = options
  const pipeline = await createBenchPipeline(await findFreePort())
  try {
    await stampRows(pipeline.clickhouseUrl)
    const services: (readonly [string, ServiceProcess])[] = []
    for (const name of serviceNames) {
      const variables = { ...env, ...profiler.variablesOf(name) }
      services.push([name, await pipeline.start(name, variables)])
    }
    const url = `http://127.0.0.1:${pipeline.port}`
    const count = Math.round(options.seconds * ratePerSecond)
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
    await delay(PAUSE_MS)
    const measured = webhooks.slice(warmUp)
    const startTimesMs = arrivalTimes({ count: measured.length, ratePerSecond, seed: 1 })
    const meter = await startMeter(services, pipeline.clickhouseUrl)
    profiler.begin()
    const sinceMs = Date.now()
    const report = await sendWebhooks({ url, webhooks: measured, startTimesMs })
    profiler.end()
    const ran = await meter.read(report.acked)
    await delay(SETTLE_MS)
    return {
      bench: 'latency',
      webhooks: report.acked,
      bodyBytesMean: webhooks.reduce((sum, { body }) => sum + body.length, 0) / webhooks.length,
      ...ran,
      stages: [
        { stage: 'answer', ms: { ...report.latencyMs, count: report.acked } },
        ...(await readStages(pipeline, sinceMs)),
      ],
    }
  } finally {
    await pipeline.close()
  }
}

type Ran = Pick<LatencyReport, 'seconds' | 'processes' | 'perSecond'>

/** CPU and requests from the call until `read`. */
async function startMeter(
  services: readonly (readonly [string, ServiceProcess])[],
  clickhouseUrl: string,
): Promise<{ readonly read: (webhooks: number) => Promise<Ran> }> {
  const pids = [...services.map(([name, { pid }]) => [name, pid] as const), ...findServers()]
  const processes = services.map(([, service]) => service)
  const countsBefore = await readCounts(processes, clickhouseUrl)
  const startedMs = performance.now()
  const meter = startUsageMeter(pids)
  return {
    async read(webhooks) {
      const seconds = (performance.now() - startedMs) / 1_000
      const used = meter.read(pids).map(({ cpuUs, process, rssBytes }) => ({
        process,
        cpuUsPerWebhook: cpuUs / webhooks,
        cores: cpuUs / 1e6 / seconds,
        rssMb: rssBytes / 1e6,
      }))
      const counts = await readCounts(processes, clickhouseUrl)
      return { seconds, processes: used, perSecond: perSecond(countsBefore, counts, seconds) }
    },
  }
}

async function readStages(
  { clickhouseUrl, kafka }: BenchPipeline,
  sinceMs: number,
): Promise<LatencyReport['stages']> {
  const stages: LatencyReport['stages'][number][] = []
  for (const noun of ['raw', 'events', 'transitions'] as const) {
    stages.push({ stage: `record of ${noun}`, ms: await readAppendTimes(kafka, noun, sinceMs) })
  }
  for (const timed of timedTables) {
    const ms = await readRowTimes(clickhouseUrl, timed, sinceMs)
    stages.push({ stage: `row of ${timed.table}`, ms })
  }
  return stages
}
