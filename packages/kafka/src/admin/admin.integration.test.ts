import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

describe('admin', () => {
  it('creates topics once, and names each one with another number of partitions', async () => {
    const { admin } = test.kafka
    const [one, two] = [test.unique('one'), test.unique('two')]
    await admin.ensureTopics([
      { topic: one, partitions: 1 },
      { topic: two, partitions: 2 },
    ])
    await admin.ensureTopics([
      { topic: one, partitions: 1 },
      { topic: two, partitions: 2 },
    ])
    expect(await admin.partitionCounts([one, two])).toEqual(
      new Map([
        [one, 1],
        [two, 2],
      ]),
    )
    await expect(
      admin.ensureTopics([
        { topic: one, partitions: 3 },
        { topic: two, partitions: 4 },
      ]),
    ).rejects.toMatchObject({
      code: 'wrong_partition_count',
      message: `${one} has 1 partitions instead of 3; ${two} has 2 partitions instead of 4`,
    })
  })

  it('leaves topics alone that may have another number of partitions', async () => {
    const { admin } = test.kafka
    const topic = test.unique('resizable')
    await admin.ensureTopics([{ topic, partitions: 2 }])
    for (const partitions of [1, 3]) {
      await admin.ensureTopics([{ topic, partitions, isResizable: true }])
    }
    expect(await admin.partitionCounts([topic])).toEqual(new Map([[topic, 2]]))
  })

  it('says so when a topic does not exist', async () => {
    await expect(test.kafka.admin.partitionCounts([test.unique('none')])).rejects.toMatchObject({
      code: 'unknown_topic',
      isRetryable: true,
    })
  })

  it('answers one call while another fails again and again', async () => {
    const { admin } = test.kafka
    const topic = await test.topic()
    const failing = admin.partitionCounts([test.unique('none')]).catch(() => 'failed')
    const answering = async (): Promise<'answered'> => {
      for (let call = 0; call < 200; call++) {
        await Promise.all([
          admin.endOffsets(topic),
          admin.startOffsets(topic),
          admin.committedOffsets('group', topic),
        ])
      }
      return 'answered'
    }
    expect(await Promise.all([failing, answering()])).toEqual(['failed', 'answered'])
  })

  it('says where partitions start and end, and what position a group has', async () => {
    const { admin } = test.kafka
    const topic = await test.topic({ partitions: 2 })
    const producer = test.kafka.chainedProducer()
    await producer.send({ topic, partition: 1 }, [recordOf('a'), recordOf('b')])
    expect(await admin.startOffsets(topic)).toEqual(
      new Map([
        [0, 0],
        [1, 0],
      ]),
    )
    expect(await admin.endOffsets(topic)).toEqual(
      new Map([
        [0, 0],
        [1, 2],
      ]),
    )
    expect(await admin.committedOffsets(test.unique('group'), topic)).toEqual(new Map())
  })

  it('answers fully for one topic while others that do not exist are asked for', async () => {
    const { admin } = test.kafka
    const [topic, groupId] = [await test.topic({ partitions: 3 }), test.unique('group')]
    const zeros = new Map([
      [0, 0],
      [1, 0],
      [2, 0],
    ])
    await admin.setOffsets(groupId, topic, zeros)
    const failing = Promise.all(
      [1, 2, 3].map((each) =>
        admin.startOffsets(test.unique(`none-${each}`)).catch(({ code }) => code),
      ),
    )
    const answers: unknown[] = []
    for (let call = 0; call < 200; call++) {
      answers.push(
        ...(await Promise.all([
          admin.startOffsets(topic),
          admin.endOffsets(topic),
          admin.offsetsForTime(topic, 0),
          admin.committedOffsets(groupId, topic),
        ])),
      )
    }
    expect(answers.filter((answer) => !isDeepStrictEqual(answer, zeros))).toEqual([])
    expect(await failing).toEqual(['unknown_topic', 'unknown_topic', 'unknown_topic'])
  })

  it('waits for a broker that is away for a moment', async () => {
    const topic = await test.topic()
    await test.proxied.admin.endOffsets(topic)
    test.proxy.cut()
    const ends = test.proxied.admin.endOffsets(topic)
    test.proxy.mend()
    expect(await ends).toEqual(new Map([[0, 0]]))
  })

  it('reads one record by its position, with all its headers', async () => {
    const topic = await test.topic()
    const producer = test.kafka.chainedProducer()
    const headers = { 'received-at': '1700000000000', channel: 'main' }
    await producer.send({ topic, partition: 0 }, [
      { key: 'k', value: null, headers, timestampMs: 5 },
    ])
    expect(await test.kafka.readRecord({ topic, partition: 0, offset: 0 })).toMatchObject({
      offset: 0,
      timestampMs: 5,
      value: null,
      key: new Uint8Array(Buffer.from('k')),
      headers: Object.entries(headers).map(([name, text]) => [
        name,
        new Uint8Array(Buffer.from(text)),
      ]),
    })
    expect(await test.kafka.readRecord({ topic, partition: 0, offset: 9 })).toBeNull()
  })
})
