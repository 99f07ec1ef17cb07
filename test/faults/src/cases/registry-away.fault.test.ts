// Goal: a schema registry that is away or slow delays, and nothing else. Method: start the services
// without it; end it under load, which services that know all schemas don't notice, and meanwhile
// restart one, which knows none; let it answer slowly while they start again.
import { expect } from '@jest/globals'
import { readerNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'
import { type HttpFaultProxy, startHttpFaultProxy } from '../harness/http-fault-proxy.ts'
import { type ServiceInstance } from '../harness/service-instance.ts'

/** Each reader asks for more when it starts. */
const SLOW_REQUESTS = 9
const SLOW_MS = 1_500
let proxy: HttpFaultProxy | undefined

faultCase(import.meta.url, {
  title: 'loses and doubles nothing when the registry is away at the start, later, and slow',
  pipeline: {
    cluster: 'single',
    async prepare(stack) {
      const started = await startHttpFaultProxy(stack.schemaRegistryUrl)
      proxy = started
      return () => started.close()
    },
    env: () => ({ SCHEMA_REGISTRY_URL: proxy?.url ?? '' }),
  },
  deadlineMs: 300_000,
  async play(scene) {
    await scene.load.sendDuring({ count: 500, ratePerSecond: 60 }, () => endInTurn(scene))
  },
})

async function endInTurn(scene: FaultScene): Promise<void> {
  const { faults, pipeline } = scene
  await faults.inject(
    'a start without it',
    async () => {
      await Promise.all(readersOf(scene).map((reader) => reader.stop()))
      await pipeline.registry.stop()
      await startWaiting(readersOf(scene))
      await pipeline.registry.start()
    },
    { recovers: 'decoder' },
  )
  await pipeline.registry.kill()
  await faults.inject('its end under load', () => {}, { recovers: 'decoder' })
  await faults.inject(
    'a restart meanwhile',
    async () => {
      const processor = pipeline.instance('timeline-processor')
      await processor.kill()
      await startWaiting([processor])
      await pipeline.registry.start()
    },
    { recovers: 'timeline-processor' },
  )
  const dawdled = proxy?.spoil({ kind: 'slow', delayMs: SLOW_MS }, { count: SLOW_REQUESTS })
  await faults.inject(
    'a slow one',
    async () => {
      await Promise.all(readersOf(scene).map((reader) => reader.stop()))
      await Promise.all(readersOf(scene).map((reader) => reader.start()))
      await dawdled
    },
    { recovers: 'decoder' },
  )
}

function readersOf({ pipeline }: FaultScene) {
  return readerNames.map((service) => pipeline.instance(service))
}

/** Resolves when they are alive, not ready, and have said what for. */
async function startWaiting(readers: readonly ServiceInstance[]): Promise<void> {
  const before = await Promise.all(readers.map(timesSaid))
  await Promise.all(readers.map((reader) => reader.start()))
  for (const [index, reader] of readers.entries()) {
    await eventually(
      `${reader.name} waits`,
      async () => {
        const [alive, ready] = await Promise.all(
          (['livez', 'readyz'] as const).map(async (path) => (await reader.ask(path)).status),
        )
        return alive === 200 && ready === 503
      },
      30_000,
    )
    await eventually(
      `${reader.name} says so`,
      async () => (await timesSaid(reader)) > (before[index] ?? 0),
      30_000,
    )
    expect(reader.isRunning).toBe(true)
  }
}

async function timesSaid(reader: ServiceInstance): Promise<number> {
  return (await reader.log()).split('"dependency":"schema registry"').length - 1
}
