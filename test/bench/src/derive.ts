import { setTimeout as delay } from 'node:timers/promises'
import { pipelineConsumers, rawHeaders, servicesOf, topicNames } from '@wabastream/contracts'
import { type KafkaClient } from '@wabastream/kafka'
import { type OutgoingRecord } from '@wabastream/processing'
import { generateTraffic } from '@wabastream/simulator'
import { type ServiceProcess } from '@wabastream/testing'
import { type Profiler } from './profile/profiler.ts'
import { benchChannel, createBenchPipeline } from './scene/pipeline.ts'
import { readUsage } from './usage/process-usage.ts'
import { type BenchReport, type ProcessFigures } from './report.ts'

const BOUND_US = 60
const BOUNDED = servicesOf('decoder', 'processor')
const SEND_RECORDS = 1_000
const POLL_MS = 50
const topics = topicNames(1)

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
    await preload(pipeline.kafka, bodies, options.warmUp)
    const services = new Map<string, ServiceProcess>()
    for (const name of BOUNDED) {
      services.set(name, await pipeline.start(name, profiler.variablesOf(name)))
    }
    await untilDone(pipeline.kafka)
    const before = usageOf(services)
    profiler.begin()
    const startedMs = performance.now()
    await preload(pipeline.kafka, bodies, options.count)
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

async function preload(
  kafka: KafkaClient,
  bodies: readonly Buffer[],
  count: number,
): Promise<void> {
  const partitions = (await kafka.admin.partitionCounts([topics.raw])).get(topics.raw) ?? 1
  const producer = kafka.chainedProducer()
  const sends: Promise<unknown>[] = []
  for (let sent = 0; sent < count; sent += SEND_RECORDS) {
    const records = Array.from({ length: Math.min(SEND_RECORDS, count - sent) }, (_, index) =>
      toRawRecord(bodies[(sent + index) % bodies.length] ?? Buffer.alloc(0), sent + index),
    )
    const partition = (sent / SEND_RECORDS) % partitions
    sends.push(producer.send({ topic: topics.raw, partition }, records))
    if (sends.length >= partitions) await Promise.all(sends.splice(0))
  }
  await Promise.all(sends)
  await producer.close()
}

function toRawRecord(value: Buffer, index: number): OutgoingRecord {
  return {
    key: null,
    value,
    headers: {
      [rawHeaders.receiptId]: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      [rawHeaders.receivedAt]: String(Date.now()),
      [rawHeaders.channel]: benchChannel.name,
      [rawHeaders.dialect]: benchChannel.dialect,
      [rawHeaders.verification]: 'hmac:bench',
      [rawHeaders.contentType]: 'application/json',
    },
  }
}

async function untilDone(kafka: KafkaClient): Promise<void> {
  for (const { group, service, topics: read } of pipelineConsumers(1)) {
    if (!BOUNDED.includes(service)) continue
    for (const topic of read) await untilCommitted(kafka, group, topic)
  }
}

async function untilCommitted(kafka: KafkaClient, group: string, topic: string): Promise<void> {
  for (;;) {
    const [ends, committed] = await Promise.all([
      kafka.admin.endOffsets(topic),
      kafka.admin.committedOffsets(group, topic),
    ])
    if ([...ends].every(([partition, end]) => (committed.get(partition) ?? 0) === end)) return
    await delay(POLL_MS)
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
