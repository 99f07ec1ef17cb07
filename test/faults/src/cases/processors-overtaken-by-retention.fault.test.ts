// Goal: records that were deleted before they were read are never skipped in silence. Method: stop
// a service, let retention pass its position in one partition, start it, and see what it does.
import { expect } from '@jest/globals'
import { consumerGroup, topicNames } from '@wabastream/contracts'
import { eventually } from '@wabastream/testing'
import { deleteRecordsBefore } from '../harness/delete-records.ts'
import { faultCase, type FaultScene } from '../harness/fault-case.ts'

const { events, raw } = topicNames(1)
const PARTITION = 0
const SKIPPED = 10
const STARTS = 3

faultCase(import.meta.url, {
  title: 'stops and says so at a gap in its input, each time it is started, and skips nothing',
  pipeline: { cluster: 'single' },
  deadlineMs: 240_000,
  settles: false,
  async play(scene) {
    await scene.load.send({ count: 500 })
    await overtake(scene, { service: 'timeline-processor', topic: events })
    await overtake(scene, { service: 'decoder', topic: raw })
  },
})

interface Reading {
  readonly service: 'timeline-processor' | 'decoder'
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
  const stoppedAt = await position() ?? 0
  await load.send({ count: 500 })
  await eventually('there is more to read', async () =>
    ((await kafka.admin.endOffsets(topic)).get(PARTITION) ?? 0) > stoppedAt + SKIPPED)
  await deleteRecordsBefore(pipeline, { topic, partition: PARTITION, offset: stoppedAt + SKIPPED })
  for (let starts = 0; starts < STARTS; starts++) {
    await instance.start()
    faults.counted()
    await eventually(`${service} has stopped`, () => !instance.isRunning, 60_000)
    expect(await position()).toBe(stoppedAt)
  }
  const told = (await instance.log()).split('\n').filter((line) =>
    line.includes('"level":"fatal"') || line.includes('"level":60'))
  expect(told.length).toBeGreaterThanOrEqual(STARTS)
  expect(told.at(-1)).toContain(`${topic}-${PARTITION}`)
}
