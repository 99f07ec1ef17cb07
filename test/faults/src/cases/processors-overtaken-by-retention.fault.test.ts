// Goal: records that were deleted before they were read are never skipped in silence, and stop
// nothing but their partition. Method: stop a service, let retention pass its position in one
// partition, start it, and see what it does.
import { expect } from '@jest/globals'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { deleteRecordsBefore } from '../harness/delete-records.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const { events, raw, transitions } = topicNames(1)
const PARTITION = 0
const SKIPPED = 10
const STARTS = 3

faultCase(import.meta.url, {
  title: 'halts the one partition with a gap in it, each time, skips nothing, and reads the others',
  pipeline: { cluster: 'single' },
  deadlineMs: 240_000,
  settles: false,
  async play(scene) {
    await scene.load.send({ count: 500 })
    await overtake(scene, { service: 'clickhouse-sink', topic: transitions })
    await overtake(scene, { service: 'timeline-processor', topic: events })
    await overtake(scene, { service: 'decoder', topic: raw })
  },
})

interface Reading {
  readonly service: 'timeline-processor' | 'decoder' | 'clickhouse-sink'
  readonly topic: string
}

async function overtake({ faults, load, pipeline }: FaultScene, reading: Reading): Promise<void> {
  const { kafka } = pipeline
  const { service, topic } = reading
  const instance = pipeline.instance(service)
  const position = async (): Promise<number | undefined> =>
    (await kafka.admin.committedOffsets(consumerGroup(service, 1), topic)).get(PARTITION)
  await eventually(`${service} has begun`, async () => (await position()) !== undefined)
  await instance.stop()
  const stoppedAt = (await position()) ?? 0
  await load.send({ count: 500 })
  await eventually(
    'there is more to read',
    async () => ((await kafka.admin.endOffsets(topic)).get(PARTITION) ?? 0) > stoppedAt + SKIPPED,
  )
  await deleteRecordsBefore(pipeline, { topic, partition: PARTITION, offset: stoppedAt + SKIPPED })
  for (let starts = 0; starts < STARTS; starts++) {
    await instance.start()
    faults.counted()
    const halted = new RegExp(
      `^wa_kafka_partition_halted\\{[^}]*topic="${topic}",partition="${PARTITION}"[^}]*\\} 1$`,
      'm',
    )
    await eventually(
      `${service} has halted`,
      async () => halted.test(await instance.metrics().catch(() => '')),
      60_000,
    )
    const ready = await instance.ask('readyz')
    expect([ready.status, await ready.text()]).toEqual([
      503,
      expect.stringContaining(`${topic}-${PARTITION}`),
    ])
    await eventually('all other partitions are read', async () => hasReadOthers(pipeline, reading))
    expect((await instance.ask('livez')).status).toBe(200)
    expect(await position()).toBe(stoppedAt)
    await instance.stop()
  }
  await instance.start()
}

async function hasReadOthers(
  { kafka }: FaultScene['pipeline'],
  { service, topic }: Reading,
): Promise<boolean> {
  const [ends, committed] = await Promise.all([
    kafka.admin.endOffsets(topic),
    kafka.admin.committedOffsets(consumerGroup(service, 1), topic),
  ])
  return [...ends].every(
    ([partition, end]) => partition === PARTITION || end === 0 || committed.get(partition) === end,
  )
}
