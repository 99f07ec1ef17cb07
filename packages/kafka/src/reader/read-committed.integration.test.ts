import { describe, expect, it } from '@jest/globals'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import { sendTexts } from '../producer/raw-producers.fixture.ts'
import { useKafkaScene } from '../kafka-scene.fixture.ts'

// Goal: no aborted record is ever handed on. Method: two producers whose aborted transactions
// overlap in one partition; the shipped client leaks a record of the first.

const scene = useKafkaScene()

describe('read committed', () => {
  it('drops overlapping aborted transactions of two producers', async () => {
    const topic = await scene.test.topic()
    const [one, two] = [
      await scene.raw.transactional(scene.test.unique('a')),
      await scene.raw.transactional(scene.test.unique('b')),
    ]
    const [first, second] = [await one.transaction(), await two.transaction()]
    await sendTexts(first, topic, 'aborted 1')
    await sendTexts(second, topic, 'aborted 2')
    await sendTexts(first, topic, 'aborted 3')
    await second.abort()
    await first.abort()
    const last = await one.transaction()
    await sendTexts(last, topic, 'committed')
    await last.commit()
    const { collected, consumer, values } = await startCollecting(scene.test.kafka, {
      groupId: scene.test.unique('group'),
      topics: [topic],
    })
    await collected(1)
    expect(values).toEqual(['committed'])
    await consumer.close()
    expect((await scene.test.readAll({ topic, partition: 0 })).values).toEqual(['committed'])
  })

  it('drops an aborted transaction that is longer than a fetch', async () => {
    const topic = await scene.test.topic()
    const producer = await scene.raw.transactional(scene.test.unique('long'))
    const aborted = await producer.transaction()
    for (let i = 0; i < 8; i++)
      await sendTexts(aborted, topic, ...Array<string>(20).fill('x'.repeat(1_000)))
    await aborted.abort()
    const committed = await producer.transaction()
    await sendTexts(committed, topic, 'a', 'b')
    await committed.commit()
    const { collected, consumer, values } = await startCollecting(scene.test.kafka, {
      groupId: scene.test.unique('group'),
      topics: [topic],
      batchBytesMax: 30_000,
    })
    await collected(2)
    expect(values).toEqual(['a', 'b'])
    await consumer.close()
  })
})
