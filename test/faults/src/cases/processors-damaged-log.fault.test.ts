// Goal: a batch that a broker's disk has damaged is never skipped, and stops nothing but its
// partition. Method: stop a service, let records come up, stop the broker and flip a bit in its
// files, start both, and see what the service does.
import { join } from 'node:path'
import { expect } from '@jest/globals'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { damageSegment } from '../harness/damage-segment.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const { events, raw, transitions } = topicNames(1)
const PARTITION = 0
const STARTS = 2
const HALT_MS = 90_000

interface Damage {
  readonly service: 'timeline-processor' | 'decoder' | 'clickhouse-sink'
  readonly topic: string
}

faultCase(import.meta.url, {
  title: 'halts the one partition with a damaged batch, each time, skips nothing, reads the others',
  pipeline: { cluster: 'single' },
  deadlineMs: 600_000,
  settles: false,
  async play(scene) {
    await scene.load.send({ count: 500 })
    await damage(scene, { service: 'clickhouse-sink', topic: transitions })
    await damage(scene, { service: 'timeline-processor', topic: events })
    await damage(scene, { service: 'decoder', topic: raw })
  },
})

async function damage(scene: FaultScene, reading: Damage): Promise<void> {
  const {
    pipeline: { cluster, directory, instance, kafka },
  } = scene
  const { service, topic } = reading
  const position = async (): Promise<number> =>
    (await kafka.admin.committedOffsets(consumerGroup(service, 1), topic)).get(PARTITION) ?? 0
  await eventually(`${service} has begun`, async () => (await position()) > 0)
  await instance(service).stop()
  const stoppedAt = await position()
  await scene.load.send({ count: 500 })
  await eventually(
    'there is more to read',
    async () => ((await kafka.admin.endOffsets(topic)).get(PARTITION) ?? 0) > stoppedAt,
  )
  const [broker] = cluster.brokers
  await broker?.stop()
  const offset = await damageSegment(join(directory, 'kafka-1'), {
    topic,
    partition: PARTITION,
    from: stoppedAt,
  })
  await broker?.start()
  for (let starts = 0; starts < STARTS; starts++) {
    await instance(service).start()
    scene.faults.counted()
    await expectHalt(scene, reading, offset)
    await eventually('it stands before the damage', async () => (await position()) === offset)
    await instance(service).stop()
  }
  await instance(service).start()
}

async function expectHalt(
  { pipeline }: FaultScene,
  reading: Damage,
  offset: number,
): Promise<void> {
  const { service, topic } = reading
  const instance = pipeline.instance(service)
  const halted = new RegExp(
    `^wa_kafka_partition_halted\\{[^}]*topic="${topic}",partition="${PARTITION}"[^}]*\\} 1$`,
    'm',
  )
  await eventually(
    `${service} has halted`,
    async () => halted.test(await instance.metrics().catch(() => '')),
    HALT_MS,
  )
  const ready = await instance.ask('readyz')
  expect([ready.status, await ready.text()]).toEqual([
    503,
    expect.stringContaining(`${topic}-${PARTITION} can't be read at offset ${offset}`),
  ])
  await eventually(
    'all other partitions are read',
    async () => hasReadOthers(pipeline, reading),
    HALT_MS,
  )
  expect((await instance.ask('livez')).status).toBe(200)
}

async function hasReadOthers(
  { kafka }: FaultScene['pipeline'],
  { service, topic }: Damage,
): Promise<boolean> {
  const [ends, committed] = await Promise.all([
    kafka.admin.endOffsets(topic),
    kafka.admin.committedOffsets(consumerGroup(service, 1), topic),
  ])
  return [...ends].every(
    ([partition, end]) => partition === PARTITION || end === 0 || committed.get(partition) === end,
  )
}
