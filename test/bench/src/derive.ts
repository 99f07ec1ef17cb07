import { pipelineConsumers, servicesOf } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { generateTraffic } from '@wabastream/simulator'
import { type ServiceProcess } from '@wabastream/testing'
import { type Profiler } from './profile/profiler.ts'
import { benchChannel, createBenchPipeline } from './scene/pipeline.ts'
import { appendWebhooks } from './scene/raw-log.ts'
import { untilCaughtUp } from './scene/caught-up.ts'
import { startUsageMeter } from './usage/usage-meter.ts'
import { toFigures } from './usage/process-figures.ts'
import { type BenchReport } from './report.ts'

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
    const pids = [...services].map(([name, { pid }]) => [name, pid] as const)
    const meter = startUsageMeter(pids)
    profiler.begin()
    const startedMs = performance.now()
    await appendWebhooks(pipeline.kafka, bodies, options.count)
    await untilDone(pipeline.kafka)
    const seconds = (performance.now() - startedMs) / 1_000
    profiler.end()
    const processes = toFigures(meter.read(pids), options.count)
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
  for (const consumer of pipelineConsumers(1)) {
    if (BOUNDED.includes(consumer.service)) await untilCaughtUp(kafka, consumer)
  }
}

export function meanBytes(bodies: readonly Buffer[]): number {
  return bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length
}
