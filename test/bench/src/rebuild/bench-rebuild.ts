import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { pipelineConsumers, readerNames, serviceNames, topicNames } from '@wabastream/contracts'
import { findFreePort } from '@wabastream/local-stack'
import { generateTraffic } from '@wabastream/simulator'
import { type Quantiles } from '../latency/quantiles.ts'
import { readRowTimes, stampRows, timedTables } from '../latency/row-times.ts'
import { type BenchPipeline, benchChannel, createBenchPipeline } from '../scene/pipeline.ts'
import { untilCaughtUp } from '../scene/caught-up.ts'
import { appendWebhooks } from '../scene/raw-log.ts'
import { type ProcessFigures, toFigures } from '../usage/process-figures.ts'
import { findServers } from '../usage/server-processes.ts'
import { startUsageMeter } from '../usage/usage-meter.ts'
import { startLiveTraffic } from './live-traffic.ts'

const CHUNK = 20_000
const DAYS = 7
const DAY_MS = 86_400_000
const LIVE = 1
const BESIDE = 2
/** Of live traffic, what may still be under way when a rebuild counts as caught up. */
const UNDER_WAY_SECONDS = 3
/** The live generation runs alone for as long before. */
const ALONE_MS = 10_000

export interface RebuildOptions {
  readonly count: number
  readonly partitions: number
  /** Of each service of the generation that is rebuilt. */
  readonly processes: number
  /** Webhooks a second that the live generation takes meanwhile; without, nothing else runs. */
  readonly liveRate: number
}

export interface RebuildReport {
  readonly bench: 'rebuild'
  readonly options: RebuildOptions
  readonly webhooks: number
  readonly seconds: number
  /** Of the services of the rebuild, and of the servers, whose work for live traffic is in it. */
  readonly parts: readonly ProcessFigures[]
  /** From the receipt to the row, of what came in for the live generation meanwhile. */
  readonly liveRows: readonly { readonly table: string; readonly ms: Quantiles }[]
}

/**
 * A rebuild of the whole pipeline behind the raw topic: decoder, timeline processor and sink work
 * off a history of messages that are all different, into tables of their own.
 */
export async function benchRebuild(options: RebuildOptions): Promise<RebuildReport> {
  const { count, liveRate, partitions } = options
  const pipeline = await createBenchPipeline(await findFreePort(), { partitions })
  try {
    await stampRows(pipeline.clickhouseUrl)
    if (liveRate > 0) for (const name of serviceNames) await pipeline.start(name)
    await appendHistory(pipeline, count)
    if (liveRate > 0) await untilAllCaughtUp(pipeline, LIVE, 0)
    const live = startLiveTraffic(`http://127.0.0.1:${pipeline.port}`, liveRate)
    if (liveRate > 0) await delay(ALONE_MS)
    const generation = liveRate > 0 ? BESIDE : LIVE
    if (generation !== LIVE) await pipeline.addGeneration(generation)
    const sinceMs = Date.now()
    const ran = await rebuild(pipeline, generation, options)
    await live.stop()
    const liveRows = liveRate === 0 ? [] : await readLiveRows(pipeline, sinceMs)
    return { bench: 'rebuild', options, ...ran, liveRows }
  } finally {
    await pipeline.close()
  }
}

async function appendHistory({ kafka }: BenchPipeline, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += CHUNK) {
    const chunk = sent / CHUNK
    const webhooks = generateTraffic({
      count: Math.min(CHUNK, count - sent),
      seed: `rebuild ${chunk}`,
      channels: [benchChannel],
      batchedShare: 0,
      shares: { outbound: 75, inbound: 25 },
      startMs: Date.now() - (1 + (chunk % DAYS)) * DAY_MS,
      shuffleShare: 0.2,
      duplicateShare: 0.03,
    })
    const bodies = webhooks.map(({ body }) => body)
    await appendWebhooks(kafka, bodies, bodies.length)
  }
}

async function rebuild(
  pipeline: BenchPipeline,
  generation: number,
  { liveRate, processes }: RebuildOptions,
): Promise<Pick<RebuildReport, 'webhooks' | 'seconds' | 'parts'>> {
  const ends = await pipeline.kafka.admin.endOffsets(topicNames(generation).raw)
  const webhooks = [...ends.values()].reduce((total, end) => total + end, 0)
  const servers = [...findServers()]
  const meter = startUsageMeter(servers)
  const startedMs = performance.now()
  const starting = readerNames.flatMap((name) =>
    Array.from({ length: processes }, async (_, index) => {
      const STATE_DIR = join(pipeline.directory, `state-${generation}-${index}`)
      const { pid } = await pipeline.start(name, { GENERATION: String(generation), STATE_DIR })
      return [name, pid] as const
    }),
  )
  const services = await Promise.all(starting)
  await untilAllCaughtUp(pipeline, generation, liveRate * UNDER_WAY_SECONDS)
  const seconds = (performance.now() - startedMs) / 1_000
  const parts = toFigures(meter.read([...services, ...servers]), webhooks)
  return { webhooks, seconds, parts }
}

/** One group after the other, as each feeds the next. */
async function untilAllCaughtUp(
  { kafka }: BenchPipeline,
  generation: number,
  lagMax: number,
): Promise<void> {
  for (const consumer of pipelineConsumers(generation)) {
    await untilCaughtUp(kafka, consumer, { lagMax })
  }
}

function readLiveRows(
  { clickhouseUrl }: BenchPipeline,
  sinceMs: number,
): Promise<RebuildReport['liveRows']> {
  return Promise.all(
    timedTables.map(async (timed) => ({
      table: timed.table,
      ms: await readRowTimes(clickhouseUrl, timed, sinceMs),
    })),
  )
}
