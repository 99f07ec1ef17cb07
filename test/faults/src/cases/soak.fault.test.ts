// Goal: whatever happens, again and again, nothing is lost or doubled. Method: for
// WABASTREAM_SOAK_MINUTES a fault every 30 seconds, drawn by the seed, on two instances of every
// service and three brokers; no process may go on growing.
import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { type ReaderName } from '@wabastream/contracts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { ResourceWatch } from '../harness/resource-watch.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'
import { readMetric } from '../harness/spool-folder.ts'

const MINUTES = Number(process.env['WABASTREAM_SOAK_MINUTES'] ?? 4)
/** Shorter ones are over before a process has lived for long enough. */
const JUDGES_GROWTH_MINUTES = 4
const EVERY_MS = 30_000
const FROZEN_MS = 9_000
const DOWN_MS = 5_000
const RATE = 50

type Draw = (what: string, count: number) => number

interface RandomFault {
  readonly what: string
  readonly recovers: ReaderName | 'ingestor'
  readonly inject: () => Promise<unknown>
}

faultCase(import.meta.url, {
  title: `loses and doubles nothing in ${MINUTES} minutes of random faults`,
  pipeline: {
    cluster: 'three',
    supervise: true,
    instances: { ingestor: 2, decoder: 2, 'timeline-processor': 2, 'clickhouse-sink': 2 },
  },
  deadlineMs: MINUTES * 60_000 + 600_000,
  async play(scene) {
    const { faults, load, pipeline, seed } = scene
    const endsAtMs = performance.now() + MINUTES * 60_000
    const resources = new ResourceWatch(pipeline.services)
    try {
      await load.sendDuring({ count: 500, ratePerSecond: RATE }, async () => {
        for (let number = 0; performance.now() < endsAtMs; number++) {
          const startedMs = performance.now()
          const fault = drawFault(scene, drawBy(`${seed} ${number}`))
          await faults.inject(
            fault.what,
            async () => {
              await fault.inject()
            },
            fault,
          )
          await report(scene, fault.what)
          await delay(Math.max(0, startedMs + EVERY_MS - performance.now()))
        }
      })
    } finally {
      resources.stop()
    }
    process.stdout.write(`${resources.table().join('\n')}\n`)
    expect(resources.grown()).toEqual([])
    faults.measure({ livesJudged: resources.judgedCount() })
    if (MINUTES >= JUDGES_GROWTH_MINUTES) expect(resources.judgedCount()).toBeGreaterThan(0)
    else process.stdout.write(`${MINUTES} minutes are too few to judge growth\n`)
  },
})

/** The same numbers for the same seed. */
function drawBy(seed: string): Draw {
  return (what, count) =>
    createHash('sha256').update(`${seed} ${what}`).digest().readUInt32BE(0) % count
}

function drawFault(scene: FaultScene, draw: Draw): RandomFault {
  const { pipeline } = scene
  const instance = pick(pipeline.services, draw('instance', pipeline.services.length))
  const broker = pick(pipeline.cluster.brokers, draw('broker', pipeline.cluster.brokers.length))
  const { name, service: recovers } = instance
  const choices: readonly RandomFault[] = [
    { what: `kill -9 ${name}`, recovers, inject: () => instance.kill() },
    { what: `restart ${name}`, recovers, inject: () => restart(instance) },
    { what: `freeze ${name}`, recovers, inject: () => freeze(instance) },
    {
      what: `kill -9 broker ${broker.id}`,
      recovers: 'ingestor',
      inject: () => bounce(broker, 'kill'),
    },
    {
      what: `stop broker ${broker.id}`,
      recovers: 'ingestor',
      inject: () => bounce(broker, 'stop'),
    },
    { what: `freeze broker ${broker.id}`, recovers: 'ingestor', inject: () => freeze(broker) },
    {
      what: 'kill -9 ClickHouse',
      recovers: 'clickhouse-sink',
      inject: () => bounce(pipeline.clickhouse, 'kill'),
    },
    {
      what: 'kill -9 the registry',
      recovers: 'decoder',
      inject: () => bounce(pipeline.registry, 'kill'),
    },
  ]
  return pick(choices, draw('kind', choices.length))
}

async function restart(instance: ServiceInstance): Promise<void> {
  await instance.stop()
  await instance.start()
  instance.supervise()
}

/** Longer than the session of a group's member. */
async function freeze(part: { pause(): void; continue(): void }): Promise<void> {
  part.pause()
  await delay(FROZEN_MS)
  part.continue()
}

async function bounce(
  part: { kill(): Promise<void>; stop(): Promise<void>; start(): Promise<void> },
  how: 'kill' | 'stop',
): Promise<void> {
  await part[how]()
  await delay(DOWN_MS)
  await part.start()
}

/** How far it is, and what the services hold. */
async function report({ faults, load, pipeline }: FaultScene, what: string): Promise<void> {
  const held = await Promise.all(
    pipeline.services.map(async (instance) => {
      const metrics = await instance.metrics().catch(() => '')
      const megabytes = readMetric(metrics, 'process_resident_memory_bytes') / 1_048_576
      return `${instance.name} ${megabytes.toFixed(0)} MB ${readMetric(metrics, 'process_open_fds')} files`
    }),
  )
  process.stdout.write(
    `${faults.count} faults, ${load.ackedCount} acked; last: ${what}; ${held.join(', ')}\n`,
  )
}

function pick<T>(all: readonly T[], index: number): T {
  const found = all[index]
  if (found === undefined) throw new RangeError(`nothing at ${index}`)
  return found
}
