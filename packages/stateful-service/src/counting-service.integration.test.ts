// Goal: the runner turns any fold into a service that folds exactly once. Method: a service that
// counts, because a count shows every loss and repetition, is killed in the middle of its work.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { createAvroCodec } from '@wabastream/schema-registry'
import {
  aStatus,
  eventually,
  type ServiceProcess,
  stackFromEnv,
  startServiceProcess,
} from '@wabastream/testing'

const PARTITIONS = 2
const MESSAGES = 20
const STATUSES = 50

const stack = stackFromEnv()
const generation = 2_000 + Math.floor(Math.random() * 8_000)
const input = `statuses.g${generation}`
const changelog = `tallies.g${generation}`
const output = `counts.g${generation}`
const kafka = createKafkaClient({ brokers: [...stack.brokers], clientId: 'test' })
const codec = createAvroCodec({ url: stack.schemaRegistryUrl })
let folder: string
let service: ServiceProcess

async function start(): Promise<void> {
  service = await startServiceProcess({
    service: 'timeline-processor',
    program: 'packages/stateful-service/src/counting-service.fixture.ts',
    logFile: join(folder, 'log'),
    env: {
      KAFKA_BROKERS: stack.brokers.join(','),
      SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
      GENERATION: String(generation),
      PARTITIONS: String(PARTITIONS),
      STATE_DIR: join(folder, 'state'),
      TRANSACTION_RECORDS_MAX: '10',
    },
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wabastream-counting-'))
  await codec.register()
  const config = { 'cleanup.policy': 'compact' }
  await kafka.admin.ensureTopics([
    { topic: input, partitions: PARTITIONS },
    { topic: changelog, partitions: PARTITIONS, config },
    { topic: output, partitions: PARTITIONS },
  ])
  const { deadLetters } = topicNames(generation)
  await kafka.admin.ensureTopics([{ topic: deadLetters, partitions: 6 }]).catch(() => undefined)
}, 60_000)

afterAll(async () => {
  await service.kill()
  await kafka.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Sends `STATUSES` statuses about each message, in turn. */
async function sendStatuses(): Promise<void> {
  const producer = kafka.chainedProducer()
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const records = Array.from({ length: MESSAGES * STATUSES }, (_, index) => {
      const { type, data } = aStatus('sent', {}, { messageId: `${partition}-${index % MESSAGES}` })
      return { key: data.messageId, value: codec.encode(type, data) }
    })
    await producer.send({ topic: input, partition }, records)
  }
  await producer.close()
}

/** What was written about each message, in order. */
async function read(topic: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const reader = kafka.partitionReader()
    await reader.readToEnd({ topic, partition, offset: 0 }, ({ records }) => {
      for (const record of records) {
        const key = record.keyText() ?? ''
        found.set(key, [...(found.get(key) ?? []), record.valueText() ?? ''])
      }
    })
    await reader.close()
  }
  return found
}

async function countsWritten(): Promise<number> {
  return [...(await read(output)).values()].flat().length
}

describe('a service of sixty lines on the runner', () => {
  it('counts each status once, although it is killed in the middle of its work', async () => {
    await sendStatuses()
    await start()
    await eventually('some counts', async () => (await countsWritten()) >= 100, 60_000)
    await service.kill()
    rmSync(join(folder, 'state'), { recursive: true })
    await start()
    const all = PARTITIONS * MESSAGES * STATUSES
    await eventually('all counts', async () => (await countsWritten()) >= all, 60_000)
    const numbers = Array.from({ length: STATUSES }, (_, index) => String(index + 1))
    const counts = await read(output)
    expect(counts.size).toBe(PARTITIONS * MESSAGES)
    for (const written of counts.values()) expect(written).toEqual(numbers)
    for (const written of (await read(changelog)).values()) {
      expect(written.at(-1)).toContain(`"count":${STATUSES},`)
    }
  }, 180_000)

  it('is observed under a name of its own', async () => {
    const text = await service.metrics()
    expect(text).toMatch(/^wa_tally_records_total.* [1-9]/m)
    expect(text).toMatch(/^wa_tally_restored_records_total.* [1-9]/m)
    expect(text).toContain('wa_tally_state_disk_free_bytes')
  })
})
