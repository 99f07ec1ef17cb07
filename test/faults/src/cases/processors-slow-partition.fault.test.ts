// Goal: a slow partition holds up no other, and no process is ended because of it. Method: write
// records with an unknown schema into one partition while the registry is away. Meanwhile all
// others must be read, for longer than the watchdog allows.
import { expect } from '@jest/globals'
import { consumerGroup, type ReaderName, topicNames } from '@wabastream/contracts'
import { untilSettled } from '@wabastream/end-to-end'
import { eventually } from '@wabastream/testing'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const { events } = topicNames(1)
const READERS = ['timeline-processor', 'clickhouse-sink'] as const
const PARTITION = 1
const LIVENESS_MS = 20_000
/** Magic, an id that the registry never gives, and nothing after it. */
const UNKNOWN_SCHEMA = Buffer.from([0, 0x7f, 0, 0, 1])
const PART = { count: 200, ratePerSecond: 100 }
const SETTLE_MS = 180_000

faultCase(import.meta.url, {
  title: 'reads all other partitions while one waits for the registry',
  pipeline: {
    cluster: 'single',
    env: () => ({ LIVENESS_TIMEOUT_MS: String(LIVENESS_MS), SCHEMA_RETRY_MS: '5000' }),
  },
  deadlineMs: 600_000,
  settles: false,
  async play(scene) {
    await scene.load.send({ count: 500 })
    await untilSettled(scene.pipeline.kafka, SETTLE_MS)
    await whileTheRegistryIsAway(scene)
    expect(READERS.map((service) => scene.pipeline.instance(service).startCount)).toEqual([1, 1])
  },
})

async function whileTheRegistryIsAway({ faults, load, pipeline }: FaultScene): Promise<void> {
  const { kafka, registry } = pipeline
  await registry.stop()
  faults.counted()
  const producer = kafka.chainedProducer()
  await producer.send({ topic: events, partition: PARTITION }, [
    { key: null, value: UNKNOWN_SCHEMA },
  ])
  await producer.close()
  const startedMs = performance.now()
  while (performance.now() - startedMs < 2 * LIVENESS_MS) {
    await load.send(PART)
    for (const service of READERS) {
      await eventually(
        `${service} has read the others`,
        async () => (await isBehind(pipeline, service)) && hasReadOthers(pipeline, service),
        LIVENESS_MS * 2,
      )
      const alive = await pipeline.instance(service).ask('livez')
      expect([service, alive.status, await alive.text()]).toEqual([
        service,
        200,
        expect.any(String),
      ])
    }
  }
  await registry.start()
  await untilSettled(kafka, SETTLE_MS)
}

type Pipeline = FaultScene['pipeline']

async function positions({ kafka }: Pipeline, service: ReaderName) {
  const [ends, committed] = await Promise.all([
    kafka.admin.endOffsets(events),
    kafka.admin.committedOffsets(consumerGroup(service, 1), events),
  ])
  return [...ends].map(([partition, end]) => ({
    partition,
    isRead: end === 0 || committed.get(partition) === end,
  }))
}

/** The slow partition has more to be read. */
async function isBehind(pipeline: Pipeline, service: ReaderName): Promise<boolean> {
  return (await positions(pipeline, service)).some(
    ({ isRead, partition }) => partition === PARTITION && !isRead,
  )
}

async function hasReadOthers(pipeline: Pipeline, service: ReaderName): Promise<boolean> {
  return (await positions(pipeline, service)).every(
    ({ isRead, partition }) => partition === PARTITION || isRead,
  )
}
