import { describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import { sendTexts } from '../producer/raw-producers.fixture.ts'
import { useKafkaScene } from '../kafka-scene.fixture.ts'

// Goal: a rebuild can begin a group at any position and clear up afterwards. Method: a real group
// is set, read from, and deleted.

const scene = useKafkaScene()

async function topicOf(...values: readonly string[]): Promise<string> {
  const topic = await scene.test.topic()
  await sendTexts(await scene.raw.idempotent(), topic, ...values)
  return topic
}

describe('the administration of groups', () => {
  it('sets where a group that never ran begins', async () => {
    const topic = await topicOf('a', 'b', 'c')
    const groupId = scene.test.unique('group')
    await scene.test.kafka.admin.setOffsets(groupId, topic, new Map([[0, 2]]))
    expect(await scene.test.kafka.admin.committedOffsets(groupId, topic)).toEqual(new Map([[0, 2]]))
    const { collected, consumer, values } = await startCollecting(scene.test.kafka, {
      groupId,
      topics: [topic],
    })
    await collected(1)
    expect(values).toEqual(['c'])
    await consumer.close()
  })

  it('neither moves nor deletes a group that has members', async () => {
    const topic = await topicOf('a')
    const groupId = scene.test.unique('group')
    const { admin } = scene.test.kafka
    expect(await admin.memberCount(groupId)).toBe(0)
    const { consumer } = await startCollecting(scene.test.kafka, { groupId, topics: [topic] })
    expect(await admin.memberCount(groupId)).toBe(1)
    await expect(admin.setOffsets(groupId, topic, new Map([[0, 0]]))).rejects.toMatchObject({
      code: 'stale_assignment',
    })
    await expect(admin.deleteGroups([groupId])).rejects.toMatchObject({ code: 'unexpected' })
    await consumer.close()
    await eventually(
      'the member to have left',
      async () => (await admin.memberCount(groupId)) === 0,
    )
  })

  it('deletes groups and topics, and ignores those that are not there', async () => {
    const topic = await topicOf('a')
    const groupId = scene.test.unique('group')
    const { admin } = scene.test.kafka
    await admin.setOffsets(groupId, topic, new Map([[0, 1]]))
    expect(await admin.deleteGroups([groupId, scene.test.unique('never')])).toEqual([groupId])
    expect(await admin.committedOffsets(groupId, topic)).toEqual(new Map())
    expect(await admin.deleteTopics([topic, scene.test.unique('never')])).toEqual([topic])
    await eventually(
      'the topic to be gone',
      async () => (await admin.deleteTopics([topic])).length === 0,
    )
    const other = await topicOf('a')
    expect(await admin.committedOffsets(groupId, other)).toEqual(new Map())
    expect(await admin.endOffsets(other)).toEqual(new Map([[0, 1]]))
  })
})

describe('the administration of records', () => {
  it('finds the first record at or after a time, or else the end', async () => {
    const topic = await topicOf('a', 'b')
    const { admin } = scene.test.kafka
    expect(await admin.offsetsForTime(topic, 0)).toEqual(new Map([[0, 0]]))
    expect(await admin.offsetsForTime(topic, Date.now() + 60_000)).toEqual(new Map([[0, 2]]))
  })

  it('deletes records below an offset', async () => {
    const topic = await topicOf('a', 'b', 'c')
    await scene.test.kafka.admin.deleteRecords(topic, new Map([[0, 2]]))
    expect(await scene.test.kafka.admin.startOffsets(topic)).toEqual(new Map([[0, 2]]))
  })
})
