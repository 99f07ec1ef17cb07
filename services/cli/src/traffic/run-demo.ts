import { generateTraffic } from '@wabastream/simulator'
import { type LatencyRow, readDemoResult } from './demo-queries.ts'
import { readTrace } from '../trace/trace-queries.ts'
import { renderDemo } from './demo.ts'
import { formatCount, formatDuration } from '../output/format.ts'
import { renderTrace } from '../trace/trace.ts'
import { awaitSettled } from './await-settled.ts'
import {
  bucketsBetween,
  countOf,
  quantileMs,
  readRowLatencies,
  type RowLatencies,
} from './row-latency.ts'
import { type RunningPipeline } from './running-pipeline.ts'
import { sendWithProgress, type SentTraffic } from './send-with-progress.ts'
import { connectClickHouse } from '../installation/connect-clickhouse.ts'

const SPAN_MS = 60 * 60_000
const WINDOW_MS = 10 * 60_000
const DUPLICATE_SHARE = 0.1
const SHUFFLE_SHARE = 0.3

export interface DemoTraffic {
  /** Webhooks before repetition. */
  readonly count: number
  readonly seed: string
  /** Webhooks per second; by default as fast as answers come. */
  readonly rate?: number
}

export interface DemoOptions extends DemoTraffic {
  readonly json: boolean
}

/** Sends seeded traffic of the last hour, repeated and out of order, and shows what came of it. */
export async function runDemo(pipeline: RunningPipeline, options: DemoOptions): Promise<void> {
  const { sinkAdminPort, terminal } = pipeline
  const before = await readRowLatencies(sinkAdminPort)
  const fromMs = Date.now()
  const sent = await sendDemo(pipeline, options)
  terminal.note(describeSending(sent))
  const answeredMs = performance.now()
  await awaitSettled(pipeline)
  const settling = formatDuration(performance.now() - answeredMs)
  terminal.note(`all of it is in ClickHouse ${settling} after the last answer`)
  const rows = toPipelineLatencies(before, await readRowLatencies(sinkAdminPort))
  await showDemo(pipeline, { fromMs, json: options.json, pipelineLatencies: rows })
}

const measuredTables = [
  ['webhook → event row', 'message_events'],
  ['webhook → timeline row', 'message_timeline'],
] as const

/** How long the webhooks of the demo took to become rows. */
function toPipelineLatencies(before: RowLatencies, after: RowLatencies): readonly LatencyRow[] {
  return measuredTables.flatMap(([step, table]) => {
    const reached = after.get(table)
    if (reached === undefined) return []
    const buckets = bucketsBetween(before.get(table), reached)
    const [p50, p90, p99] = [0.5, 0.9, 0.99].map((quantile) => quantileMs(buckets, quantile))
    return [{ step, messages: countOf(buckets), p50: p50 ?? 0, p90: p90 ?? 0, p99: p99 ?? 0 }]
  })
}

function sendDemo(pipeline: RunningPipeline, traffic: DemoTraffic): Promise<SentTraffic> {
  const { count, rate, seed } = traffic
  // Demos within the same ten minutes send the same traffic: a second one only repeats it, and adds
  // nothing.
  const endMs = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS
  const webhooks = generateTraffic({
    count,
    seed: `${seed}/${endMs}`,
    startMs: endMs - SPAN_MS,
    spanMs: SPAN_MS,
    channels: pipeline.channels,
    duplicateShare: DUPLICATE_SHARE,
    shuffleShare: SHUFFLE_SHARE,
  })
  const { terminal, webhooksUrl: url, signal } = pipeline
  return sendWithProgress(terminal, {
    url,
    webhooks,
    signal,
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
  })
}

function describeSending({ report }: SentTraffic): string {
  const { acked, sent, elapsedMs, latencyMs, retries } = report
  const rate = formatCount(Math.round((sent * 1_000) / Math.max(1, elapsedMs)))
  return (
    `${formatCount(acked)} of ${formatCount(sent)} webhooks acked at ${rate}/s; ack p50 ` +
    `${formatDuration(latencyMs.p50)}, p99 ${formatDuration(latencyMs.p99)}; ${retries} retries`
  )
}

async function showDemo(
  pipeline: RunningPipeline,
  options: {
    readonly fromMs: number
    readonly json: boolean
    readonly pipelineLatencies: readonly LatencyRow[]
  },
): Promise<void> {
  const { addresses, generation, terminal } = pipeline
  const clickhouse = connectClickHouse({ url: addresses.clickhouseUrl })
  try {
    const { fromMs, pipelineLatencies } = options
    const read = await readDemoResult(clickhouse, { fromMs, generation })
    const result = { ...read, pipelineLatencies }
    const { messageId } = result
    const trace = messageId === null ? null : await readTrace(clickhouse, { messageId, generation })
    if (options.json) {
      terminal.out(JSON.stringify({ ...result, trace }))
      return
    }
    terminal.out(`\n${renderDemo(result, terminal)}`)
    if (trace !== null) terminal.out(`\n${renderTrace(trace, terminal)}\n`)
  } finally {
    await clickhouse.close()
  }
}
