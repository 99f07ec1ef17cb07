import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { connect } from 'node:net'
import { kafkaApi, stackFromEnv } from '@wabastream/testing'
import { startTestKafka, type TestKafka } from './test-kafka.ts'
import { wiredKafkajs } from './wire/install.ts'

// Shows why the chain is needed: the fault that the chained producer survives, with sends side by
// side.

let test: TestKafka

beforeAll(async () => {
  test = await startTestKafka()
})
afterAll(async () => {
  await test.close()
})

describe('idempotent producer of the client, with sends side by side', () => {
  it('acknowledges a record that is not stored when one answer is lost', async () => {
    const topic = await test.topic()
    const { kafkajs } = wiredKafkajs()
    const client = new kafkajs.Kafka({
      brokers: [...stackFromEnv().brokers],
      clientId: 'naive',
      requestTimeout: 1_000,
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 100, retries: 10 },
      socketFactory: ({ onConnect }) => connect(test.proxy.port, '127.0.0.1', onConnect),
    })
    const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const send = (value: string): Promise<unknown> =>
      producer.send({ topic, messages: [{ value, partition: 0 }] })
    await send('first')
    test.proxy.spoil({ kind: 'swallow' }, { apiKey: kafkaApi.produce })
    const sent = await Promise.allSettled(['a', 'b', 'c'].map(send))
    await producer.disconnect()
    const { values } = await test.readAll({ topic, partition: 0 })
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled'])
    // One record took the sequence of the one before it, and was taken for its duplicate.
    expect(new Set(values).size).toBeLessThan(4)
  })
})
