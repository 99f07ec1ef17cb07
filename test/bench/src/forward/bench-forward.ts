import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { topicNames } from '@wabastream/contracts'
import { findFreePort, spawnWithLifeline } from '@wabastream/local-stack'
import { sendWebhooks } from '@wabastream/simulator'
import { type ServiceProcess } from '@wabastream/testing'
import { generateWebhooks, repeat } from '../scene/single-webhooks.ts'
import { type BenchPipeline, createBenchPipeline } from '../scene/pipeline.ts'
import { readUsage } from '../usage/process-usage.ts'
import { type Delay, type ForwardReport, type Saturation } from './forward-report.ts'
import { type Receivers, startReceivers } from './receivers.ts'

export interface ForwardOptions {
  readonly count: number
  readonly warmUp: number
  readonly ratePerSecond: number
}

const CONCURRENCY = 128
const POLL_MS = 100
/** Of a phase at a rate. */
const DELAY_SECONDS = 15
const plainProgram = fileURLToPath(
  new URL('../../../../packages/kafka/test-programs/plain-forwarder.ts', import.meta.url),
)

interface Bench extends ForwardOptions {
  readonly pipeline: BenchPipeline
  readonly receivers: Receivers
}

/**
 * CPU per webhook of the forwarder at saturation, beside that of the ingestor that filled the log
 * and of the simplest consumer; and how long healthy destinations wait beside a dead one.
 */
export async function benchForward(options: ForwardOptions): Promise<ForwardReport> {
  const before = loadavg()[0] ?? 0
  const pipeline = await createBenchPipeline(await findFreePort())
  const receivers = await startReceivers()
  const bench = { ...options, pipeline, receivers }
  try {
    const webhooks = generateWebhooks()
    const ingestorUs = await measureIngestor(bench)
    return {
      bench: 'forward',
      webhooks: options.count,
      bodyBytesMean: webhooks.reduce((sum, { body }) => sum + body.length, 0) / webhooks.length,
      ingestorUs,
      one: await measureForwarder(bench, ['one']),
      two: await measureForwarder(bench, ['first', 'second'], { core: 0 }),
      plain: await measurePlain(bench),
      ratePerSecond: options.ratePerSecond,
      delayMs: {
        allWell: await measureDelay(bench, 'well', receivers.urlOf('well-5')),
        oneDead: await measureDelay(
          bench,
          'beside',
          `http://127.0.0.1:${await findFreePort()}/dead`,
        ),
      },
      loadAverage: { before, after: loadavg()[0] ?? 0 },
    }
  } finally {
    receivers.close()
    await pipeline.close()
  }
}

/** It fills the log for the others. */
async function measureIngestor({ count, pipeline, warmUp }: Bench): Promise<number> {
  const { pid } = await pipeline.start('ingestor')
  const url = `http://127.0.0.1:${pipeline.port}`
  const webhooks = generateWebhooks()
  await sendWebhooks({ url, webhooks: repeat(webhooks, warmUp), concurrency: CONCURRENCY })
  const before = readUsage(pid)
  const report = await sendWebhooks({
    url,
    webhooks: repeat(webhooks, count),
    concurrency: CONCURRENCY,
  })
  return (readUsage(pid).cpuUs - before.cpuUs) / report.acked
}

async function measureForwarder(
  bench: Bench,
  names: readonly string[],
  { core }: { readonly core?: number } = {},
): Promise<Saturation> {
  const { receivers } = bench
  const forwarder = await startForwarder(
    bench,
    names.map((name) => ({ name, url: receivers.urlOf(name), from: 'beginning' })),
  )
  if (core !== undefined) {
    await promisify(execFile)('taskset', ['-a', '-cp', String(core), String(forwarder.pid)])
  }
  const countOf = async (): Promise<number> => {
    const counts = await Promise.all(names.map((name) => receivers.count(name)))
    return counts.reduce((sum, one) => sum + one, 0) / names.length
  }
  const measured = await saturate(forwarder.pid, countOf, bench)
  await forwarder.stop()
  return measured
}

async function measurePlain(bench: Bench): Promise<Saturation> {
  const { pipeline, receivers } = bench
  const { raw } = topicNames(1)
  const { child } = spawnWithLifeline(
    process.execPath,
    [plainProgram, pipeline.brokers.join(','), raw, 'plain', receivers.urlOf('plain')],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  try {
    return await saturate(child.pid ?? 0, () => receivers.count('plain'), bench)
  } finally {
    child.kill('SIGTERM')
  }
}

async function saturate(
  pid: number,
  countOf: () => Promise<number>,
  { count, warmUp }: Pick<Bench, 'count' | 'warmUp'>,
): Promise<Saturation> {
  const until = async (wanted: number) => {
    for (;;) {
      const done = await countOf()
      if (done >= wanted) return { done, atMs: performance.now(), ...readUsage(pid) }
      await delay(POLL_MS)
    }
  }
  const before = await until(warmUp)
  // The last ones would be slower: not all partitions end at once.
  const after = await until(warmUp + 0.8 * count)
  const webhooks = after.done - before.done
  return {
    cpuUsPerWebhook: (after.cpuUs - before.cpuUs) / webhooks,
    webhooksPerSecond: (1_000 * webhooks) / (after.atMs - before.atMs),
    rssMb: after.rssBytes / 1e6,
  }
}

/** Of four destinations, all of whose webhooks count, beside a fifth at the address. */
async function measureDelay(bench: Bench, prefix: string, fifthUrl: string): Promise<Delay> {
  const { pipeline, ratePerSecond, receivers } = bench
  const names = [1, 2, 3, 4].map((number) => `${prefix}-${number}`)
  const forwarder = await startForwarder(bench, [
    ...names.map((name) => ({ name, url: receivers.urlOf(name) })),
    { name: `${prefix}-5`, url: fifthUrl },
  ])
  const { acked } = await sendWebhooks({
    url: `http://127.0.0.1:${pipeline.port}`,
    webhooks: repeat(generateWebhooks(), ratePerSecond * DELAY_SECONDS),
    ratePerSecond,
  })
  for (const name of names) while ((await receivers.count(name)) < acked) await delay(POLL_MS)
  const delays = (await Promise.all(names.map((name) => receivers.delaysMs(name)))).flat()
  await forwarder.stop()
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN
  return { p50: at(0.5), p99: at(0.99) }
}

async function startForwarder(
  { pipeline }: Bench,
  destinations: readonly { readonly name: string; readonly url: string }[],
): Promise<ServiceProcess> {
  const path = `${pipeline.directory}/destinations-${destinations[0]?.name}.yaml`
  const allowed = destinations.map((one) => ({ ...one, allow: ['loopback'] }))
  await writeFile(path, JSON.stringify({ destinations: allowed }))
  return pipeline.start('forwarder', { DESTINATIONS_FILE: path })
}
