import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import {
  openRawProducers,
  type RawProducers,
  sendTexts,
} from '../producer/raw-producers.fixture.ts'
import { startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: no aborted record is ever handed on. Method: two producers whose aborted transactions
// overlap in one partition; the shipped client leaks a record of the first.

let test: TestKafka
let raw: RawProducers

beforeAll(async () => {
  test = await startTestKafka()
  raw = openRawProducers()
})
afterAll(async () => {
  await raw.close()
  await test.close()
})

describe('read committed', () => {
  it('drops overlapping aborted transactions of two producers', async () => {
    const topic = await test.topic()
    const [one, two] = [
      await raw.transactional(test.unique('a')),
      await raw.transactional(test.unique('b')),
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
    const { collected, consumer, values } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
    })
    await collected(1)
    expect(values).toEqual(['committed'])
    await consumer.close()
    expect((await test.readAll({ topic, partition: 0 })).values).toEqual(['committed'])
  })

  it('drops an aborted transaction that is longer than a fetch', async () => {
    const topic = await test.topic()
    const producer = await raw.transactional(test.unique('long'))
    const aborted = await producer.transaction()
    for (let i = 0; i < 8; i++)
      await sendTexts(aborted, topic, ...Array<string>(20).fill('x'.repeat(1_000)))
    await aborted.abort()
    const committed = await producer.transaction()
    await sendTexts(committed, topic, 'a', 'b')
    await committed.commit()
    const { collected, consumer, values } = await startCollecting(test.kafka, {
      groupId: test.unique('group'),
      topics: [topic],
      batchBytesMax: 30_000,
    })
    await collected(2)
    expect(values).toEqual(['a', 'b'])
    await consumer.close()
  })
})
