import { createClickHouse } from '@wabastream/clickhouse'
import { generateTraffic } from '@wabastream/simulator'
import { readDemoResult } from '../query/demo-queries.ts'
import { readTrace } from '../query/trace-queries.ts'
import { renderDemo } from '../render/demo.ts'
import { formatCount, formatDuration } from '../render/format.ts'
import { renderTrace } from '../render/trace.ts'
import { awaitSettled } from './await-settled.ts'
import { type RunningPipeline } from './running-pipeline.ts'
import { sendWithProgress, type SentTraffic } from './send-with-progress.ts'

const SPAN_MS = 60 * 60_000
const WINDOW_MS = 10 * 60_000
const DUPLICATE_SHARE = 0.1
const SHUFFLE_SHARE = 0.3

export interface DemoOptions {
  readonly count: number
  readonly seed: string
  readonly json: boolean
}

/** Sends seeded traffic of the last hour, repeated and out of order, and shows what came of it. */
export async function runDemo(pipeline: RunningPipeline, options: DemoOptions): Promise<void> {
  const { terminal } = pipeline
  const startedMs = Date.now()
  const sent = await sendDemo(pipeline, options)
  terminal.note(describeSending(sent))
  const settledMs = performance.now()
  await awaitSettled(pipeline)
  const settling = formatDuration(performance.now() - settledMs)
  terminal.note(`all of it is in ClickHouse ${settling} after the last answer`)
  await showDemo(pipeline, { fromMs: startedMs, json: options.json })
}

function sendDemo(pipeline: RunningPipeline, { count, seed }: DemoOptions): Promise<SentTraffic> {
  // Ten minutes share their traffic: a second demo soon after only repeats it, and adds nothing.
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
  return sendWithProgress(terminal, { url, webhooks, signal })
}

function describeSending({ report }: SentTraffic): string {
  const { acked, sent, elapsedMs, latencyMs, retries } = report
  const rate = formatCount(Math.round((sent * 1_000) / Math.max(1, elapsedMs)))
  return `${formatCount(acked)} of ${formatCount(sent)} webhooks acked at ${rate}/s; ack p50 `
    + `${formatDuration(latencyMs.p50)}, p99 ${formatDuration(latencyMs.p99)}; ${retries} retries`
}

async function showDemo(
  pipeline: RunningPipeline,
  options: { readonly fromMs: number; readonly json: boolean },
): Promise<void> {
  const { addresses, generation, terminal } = pipeline
  const clickhouse = createClickHouse({ url: addresses.clickhouseUrl })
  try {
    const result = await readDemoResult(clickhouse, { fromMs: options.fromMs, generation })
    const { messageId } = result
    const trace = messageId === null
      ? null
      : await readTrace(clickhouse, { messageId, generation })
    if (options.json) {
      terminal.out(JSON.stringify({ ...result, trace }))
      return
    }
    terminal.out(`\n${renderDemo(result, terminal.paint)}`)
    if (trace !== null) terminal.out(`\n${renderTrace(trace, terminal.paint)}\n`)
  } finally {
    await clickhouse.close()
  }
}
