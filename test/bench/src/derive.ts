import { pipelineConsumers, servicesOf } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { generateTraffic } from '@wabastream/simulator'
import { type ServiceProcess } from '@wabastream/testing'
import { type Profiler } from './profile/profiler.ts'
import { benchChannel, createBenchPipeline } from './scene/pipeline.ts'
import { appendWebhooks, untilCommitted } from './scene/raw-log.ts'
import { readUsage } from './usage/process-usage.ts'
import { type BenchReport, type ProcessFigures } from './report.ts'

const BOUND_US = 60
const BOUNDED = servicesOf('decoder', 'processor')

/**
 * CPU per webhook of the decoder and the timeline processor while they work off a backlog. The raw
 * topic is filled first; a warm-up part is worked off before anything is counted.
 */
export async function benchDerive(options: {
  readonly count: number
  readonly warmUp: number
  readonly profiler: Profiler
}): Promise<BenchReport> {
  const { profiler } = options
  const pipeline = await createBenchPipeline(0)
  try {
    const bodies = generateBodies()
    await appendWebhooks(pipeline.kafka, bodies, options.warmUp)
    const services = new Map<string, ServiceProcess>()
    for (const name of BOUNDED) {
      services.set(name, await pipeline.start(name, profiler.variablesOf(name)))
    }
    await untilDone(pipeline.kafka)
    const before = usageOf(services)
    profiler.begin()
    const startedMs = performance.now()
    await appendWebhooks(pipeline.kafka, bodies, options.count)
    await untilDone(pipeline.kafka)
    const seconds = (performance.now() - startedMs) / 1_000
    profiler.end()
    const processes = compare(before, usageOf(services), options.count)
    return {
      bench: 'derive',
      webhooks: options.count,
      seconds,
      webhooksPerSecond: options.count / seconds,
      bodyBytesMean: meanBytes(bodies),
      processes,
      bound: {
        processes: BOUNDED,
        limitUs: BOUND_US,
        measuredUs: processes.reduce((sum, { cpuUsPerWebhook }) => sum + cpuUsPerWebhook, 0),
      },
    }
  } finally {
    await pipeline.close()
  }
}

/** Three quarters statuses, one quarter inbound messages, as a business that sends much sees it. */
export function generateBodies(): readonly Buffer[] {
  return generateTraffic({
    count: 20_000,
    seed: 'bench',
    channels: [benchChannel],
    batchedShare: 0,
    shares: { outbound: 75, inbound: 25 },
    shuffleShare: 0.2,
    duplicateShare: 0.03,
  }).map(({ body }) => body)
}

async function untilDone(kafka: KafkaClient): Promise<void> {
  for (const { group, service, topics: read } of pipelineConsumers(1)) {
    if (!BOUNDED.includes(service)) continue
    for (const topic of read) await untilCommitted(kafka, group, topic)
  }
}

function usageOf(services: ReadonlyMap<string, ServiceProcess>) {
  return new Map([...services].map(([name, { pid }]) => [name, readUsage(pid)]))
}

function compare(
  before: ReturnType<typeof usageOf>,
  after: ReturnType<typeof usageOf>,
  count: number,
): readonly ProcessFigures[] {
  return [...after].map(([process, { cpuUs, rssBytes }]) => ({
    process,
    cpuUsPerWebhook: (cpuUs - (before.get(process)?.cpuUs ?? 0)) / count,
    rssMb: rssBytes / 1e6,
  }))
}

export function meanBytes(bodies: readonly Buffer[]): number {
  return bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length
}
