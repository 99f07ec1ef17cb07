import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ChainedProducer } from '@wabastream/processing'
import { eventually, kafkaApi } from '@wabastream/testing'
import { openRawProducers, type RawProducers } from './raw-producers.fixture.ts'
import { recordOf, startTestKafka, type TestKafka } from '../test-kafka.ts'

// Goal: whatever happens to the answers, every acknowledged record is in the log once, in order.
// Method: many sends at once through the fault proxy; then the log is read without it.

let test: TestKafka
let producer: ChainedProducer
let raw: RawProducers

beforeAll(async () => {
  test = await startTestKafka()
  raw = openRawProducers()
  producer = test.proxied.chainedProducer({ outstandingMsMax: 500 })
})

afterAll(async () => {
  await raw.close()
  await test.close()
})

/** Sends values one by one without waiting, in bursts; returns the offsets from the answers. */
async function sendNumbered(topic: string, count: number): Promise<readonly number[]> {
  const sent: Promise<{ readonly baseOffset: number }>[] = []
  for (let i = 0; i < count; i++) {
    sent.push(producer.send({ topic, partition: 0 }, [recordOf(`v${i}`)]))
    if (i % 7 === 0)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
  }
  return (await Promise.all(sent)).map(({ baseOffset }) => baseOffset)
}

const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `v${i}`)

describe('chained producer', () => {
  it.each(['swallow', 'reset', 'delay'] as const)(
    'loses and doubles nothing when the proxy does this to answers: %s',
    async (kind) => {
      const topic = await test.topic()
      await producer.send({ topic, partition: 0 }, [recordOf('first')])
      const fault = kind === 'delay' ? { kind, delayMs: 1_500 } : { kind }
      test.proxy.spoil(fault, { apiKey: kafkaApi.produce })
      const offsets = await sendNumbered(topic, 60)
      test.proxy.spoil(fault, { apiKey: kafkaApi.produce, count: 3 })
      await producer.send({ topic, partition: 0 }, [recordOf('between')])
      const { values } = await test.readAll({ topic, partition: 0 })
      expect(values).toEqual(['first', ...numbered(60), 'between'])
      expect(offsets).toEqual(numbered(60).map((_, i) => i + 1))
    },
  )

  it('continues by itself after all connections were cut', async () => {
    const topic = await test.topic()
    const sending = sendNumbered(topic, 200)
    test.proxy.cut()
    await eventually('the producer to be unhealthy', () => !producer.isHealthy())
    test.proxy.mend()
    await sending
    expect(producer.isHealthy()).toBe(true)
    expect((await test.readAll({ topic, partition: 0 })).values).toEqual(numbered(200))
  })

  it('gives up connections that fell silent without a reset, and continues over new ones', async () => {
    const topic = await test.topic()
    await producer.send({ topic, partition: 0 }, [recordOf('before')])
    test.proxy.silence()
    const sending = sendNumbered(topic, 50)
    await eventually('the producer to be unhealthy', () => !producer.isHealthy())
    test.proxy.mend()
    await sending
    expect((await test.readAll({ topic, partition: 0 })).values).toEqual([
      'before',
      ...numbered(50),
    ])
  })

  it('keeps records for a partition that is yet to be added', async () => {
    const topic = await test.topic()
    const sending = producer.send({ topic, partition: 1 }, [recordOf('early')])
    await eventually('the producer to be unhealthy', () => !producer.isHealthy())
    await raw.addPartitions(topic, 2)
    expect(await sending).toMatchObject({ baseOffset: 0 })
    expect((await test.readAll({ topic, partition: 1 })).values).toEqual(['early'])
  })

  it('sends what waits in one request, and one request at a time', async () => {
    const topic = await test.topic()
    await producer.send({ topic, partition: 0 }, [recordOf('first')])
    const before = test.proxy.requestCount(kafkaApi.produce)
    await Promise.all(
      numbered(500).map((value) => producer.send({ topic, partition: 0 }, [recordOf(value)])),
    )
    expect(test.proxy.requestCount(kafkaApi.produce) - before).toBe(1)
  })

  it('splits what is over the limit of a batch and keeps the order', async () => {
    const topic = await test.topic({ config: { 'max.message.bytes': '4194304' } })
    const records = numbered(10).map((value) => recordOf(value + 'x'.repeat(1_000_000)))
    const { baseOffset } = await producer.send({ topic, partition: 0 }, records)
    expect(baseOffset).toBe(0)
    const { values } = await test.readAll({ topic, partition: 0 })
    expect(values.map((value) => value.slice(0, 2))).toEqual(numbered(10))
  })

  it('rejects only the caller whose records the broker refuses', async () => {
    const topic = await test.topic({ config: { 'max.message.bytes': '10000' } })
    const results = await Promise.allSettled(
      // What repeats itself would be packed to less than the limit.
      ['a', randomBytes(20_000).toString('hex'), 'b'].map((value) =>
        producer.send({ topic, partition: 0 }, [recordOf(value)]),
      ),
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { code: 'records_refused', isRetryable: false } })
    expect((await test.readAll({ topic, partition: 0 })).values).toEqual(['a', 'b'])
    expect(producer.isHealthy()).toBe(true)
  })

  it('rejects at once what exceeds the bytes that may wait', async () => {
    const topic = await test.topic()
    const narrow = test.proxied.chainedProducer({ waitingBytesMax: 500 })
    const results = await Promise.allSettled(
      numbered(3).map((value) =>
        narrow.send({ topic, partition: 0 }, [recordOf(value.repeat(300))]),
      ),
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(results[2]).toMatchObject({ reason: { code: 'queue_full' } })
  })

  it('rejects what still waits when it is closed', async () => {
    const topic = await test.topic()
    const closing = test.proxied.chainedProducer()
    test.proxy.spoil({ kind: 'swallow' }, { apiKey: kafkaApi.produce })
    const [sent] = await Promise.allSettled([
      closing.send({ topic, partition: 0 }, [recordOf('a')]),
      closing.close(),
    ])
    expect(sent).toMatchObject({ status: 'rejected', reason: { code: 'closed' } })
  })
})
