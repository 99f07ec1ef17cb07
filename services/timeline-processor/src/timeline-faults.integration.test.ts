// Goal: whatever becomes of the answers to a transaction, it took effect once or not at all.
// Method: the loop reaches the real broker through a proxy that spoils one chosen answer.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import { readConfig } from '@wabastream/service-host'
import { createStatefulLoop } from '@wabastream/stateful-service'
import {
  type AnswerFault,
  eventually,
  type FaultProxy,
  kafkaApi,
  stackFromEnv,
  startFaultProxy,
} from '@wabastream/testing'
import { configSchema } from './config.ts'
import { timelineService } from './timeline-service.ts'
import { expectTheFold, PARTITIONS, someEvents, TimelineTopics } from './timeline-topics.fixture.ts'

const stack = stackFromEnv()
const topics = new TimelineTopics(stack)
const failures: Error[] = []
const kafkaErrors: Error[] = []
const crashes: Error[] = []
let folder: string
let proxy: FaultProxy
let kafka: KafkaClient
let loop: ReturnType<typeof createLoop>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wabastream-faults-'))
  await topics.prepare()
  proxy = await startFaultProxy({ targetPort: Number(stack.brokers[0]?.split(':')[1]) })
  kafka = createKafkaClient({
    brokers: [...stack.brokers],
    clientId: 'faults',
    requestTimeoutMs: 1_000,
    onError: (error) => kafkaErrors.push(error),
    resolveAddress: () => ({ host: '127.0.0.1', port: proxy.port }),
  })
  const codec = createAvroCodec({ url: stack.schemaRegistryUrl })
  await codec.register()
  loop = createLoop(codec)
  await loop.start()
}, 60_000)

afterAll(async () => {
  await loop.close()
  await kafka.close()
  await proxy.close()
  await topics.close()
  rmSync(folder, { recursive: true, force: true })
})

function createLoop(codec: ReturnType<typeof createAvroCodec>) {
  const config = readConfig({
    schema: configSchema,
    service: 'timeline-processor',
    env: {
      KAFKA_BROKERS: stack.brokers.join(','),
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      GENERATION: String(topics.generation),
      PARTITIONS: String(PARTITIONS),
      STATE_DIR: folder,
      TRANSACTION_RECORDS_MAX: '20',
    },
  })
  const ignore = () => {}
  return createStatefulLoop({
    definition: timelineService,
    config,
    kafka,
    codec,
    partitions: { deadLetters: 1, raw: 1 },
    onCrash: (error) => crashes.push(error),
    observer: {
      taking: ignore,
      taken: ignore,
      released: ignore,
      restoring: ignore,
      restored: ignore,
      waiting: ignore,
      committed: ignore,
      halted: ignore,
      failed: ({ error }) => failures.push(error),
    },
  })
}

const answers: readonly (readonly [keyof typeof kafkaApi, AnswerFault])[] = [
  ['endTxn', { kind: 'reset' }],
  ['endTxn', { kind: 'swallow' }],
  ['produce', { kind: 'reset' }],
  ['produce', { kind: 'swallow' }],
  ['txnOffsetCommit', { kind: 'reset' }],
  ['addPartitionsToTxn', { kind: 'swallow' }],
]

describe('a transaction is neither lost nor doubled', () => {
  it.each(answers.map((answer, index) => [...answer, index] as const))(
    'when the answer to %s meets %j',
    async (api, fault, index) => {
      const before = failures.length
      proxy.spoil(fault, { apiKey: kafkaApi[api] })
      await topics.send(someEvents(60, index))
      await expectTheFold(topics)
      expect(failures.length).toBeGreaterThan(before)
      expect(crashes).toEqual([])
    },
    120_000,
  )

  it('when all connections break in mid-work and stay away for a while', async () => {
    const before = (await topics.transitions()).length
    await topics.send(someEvents(400, 100))
    await topics.wroteTransitions(before + 10)
    proxy.cut()
    const errors = kafkaErrors.length
    await topics.send(someEvents(100, 101))
    await eventually('trouble', () => kafkaErrors.length > errors + 5, 60_000)
    proxy.mend()
    await expectTheFold(topics)
    expect(crashes).toEqual([])
  }, 180_000)
})
