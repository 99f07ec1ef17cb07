import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { kafkaApi } from '@wabastream/testing'
import { startCollecting } from '../consumer/collecting-consumer.fixture.ts'
import { type KafkaClient } from '../kafka-client.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: packed batches lose and double nothing, beside plain ones, in transactions, and when they
// unpack to more than one answer may hold. Method: clients that pack and one that does not write to
// one partition; both kinds of readers read it.

let test: TestKafka
let plain: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
  plain = await startTestKafka({ compression: { codec: 'none' } })
})
afterAll(async () => {
  await Promise.all([test.close(), plain.close()])
})

const numbered = (tag: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${tag} ${i} ${'webhook '.repeat(20)}`)

async function consume(topic: string, count: number): Promise<readonly string[]> {
  const groupId = test.unique('group')
  const { collected, consumer } = await startCollecting(test.kafka, { groupId, topics: [topic] })
  const values = await collected(count)
  await consumer.close()
  return values
}

async function send(kafka: KafkaClient, topic: string, values: readonly string[]): Promise<void> {
  await kafka.chainedProducer().send({ topic, partition: 0 }, values.map(recordOf))
}

describe('packed batches', () => {
  it('are read beside plain ones, in order, by readers and groups', async () => {
    const topic = await test.topic()
    const all: string[] = []
    for (const [tag, kafka] of [
      ['packed', test.kafka],
      ['plain', plain.kafka],
      ['packed again', test.kafka],
    ] as const) {
      const values = numbered(tag, 60)
      await send(kafka, topic, values)
      all.push(...values)
    }
    expect(await test.readAll({ topic, partition: 0 })).toEqual({ values: all, end: 180 })
    expect(await consume(topic, 180)).toEqual(all)
  })

  it('are read of committed transactions alone', async () => {
    const [input, topic] = [await test.topic(), await test.topic()]
    const groupId = test.unique('group')
    await test.kafka.admin.committedOffsets(groupId, input)
    const writer = test.kafka.transactionalWriter({ transactionalId: test.unique('writer') })
    await writer.fence()
    for (const [offset, tag] of ['first', 'second'].entries()) {
      const records = numbered(tag, 60).map(recordOf)
      await writer.write({
        groupId,
        input: { topic: input, partition: 0, offset: offset + 1 },
        outputs: [{ topic, partition: 0, records }],
      })
    }
    const { values } = await test.readAll({ topic, partition: 0 })
    expect(values).toEqual([...numbered('first', 60), ...numbered('second', 60)])
  })

  it('come to the last record when an answer holds more than may be unpacked at once', async () => {
    const topic = await test.topic({ config: { 'max.message.bytes': '4194304' } })
    const values = Array.from({ length: 12 }, (_, i) => `${i} ${'webhook '.repeat(400_000)}`)
    for (const value of values) await send(test.kafka, topic, [value])
    const isAll = (read: readonly string[]): boolean =>
      read.length === values.length && read.every((value, i) => value === values[i])
    const read = await test.readAll({ topic, partition: 0 })
    expect([isAll(read.values), read.end]).toEqual([true, 12])
    expect(isAll(await consume(topic, 12))).toBe(true)
  }, 60_000)

  it('are stored small', async () => {
    const [small, large] = [await test.topic(), await test.topic()]
    await send(test.kafka, small, numbered('packed', 200))
    await send(plain.kafka, large, numbered('plain', 200))
    const fetchedBytes = async (topic: string): Promise<number> => {
      let bytes = 0
      const end = test.proxy.onAnswer(kafkaApi.fetch, ({ frame }) => {
        bytes += frame.length
      })
      const reader = test.proxied.partitionReader()
      await reader.readToEnd({ topic, partition: 0, offset: 0 }, () => undefined)
      await reader.close()
      end()
      return bytes
    }
    expect(await fetchedBytes(small)).toBeLessThan((await fetchedBytes(large)) / 5)
  })
})
