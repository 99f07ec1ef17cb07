// Goal: the doctor names what is broken on purpose, with its hop. Method: real Kafka, registry and
// ClickHouse, a separate generation, and one broken thing in each test.
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createClickHouse, databasesOfViews, migrate, saveSlice } from '@wabastream/clickhouse'
import { consumerGroup, databaseName, topicNames } from '@wabastream/contracts'
import { createKafkaClient } from '@wabastream/kafka'
import { findFreePort } from '@wabastream/local-stack'
import { stackFromEnv } from '@wabastream/testing'
import { derivedTopicSpecs } from '../installation/topics.ts'
import { checkGroups } from './check-groups.ts'
import { checkTopics } from './check-kafka.ts'
import { checkServices } from './check-services.ts'
import { type Finding } from './finding.ts'
import { type DoctorOptions, runDoctor } from './run-doctor.ts'

const TIMEOUT_MS = 60_000
const PARTITIONS = 2
const stack = stackFromEnv()
const kafka = createKafkaClient({ brokers: stack.brokers, clientId: 'doctor-test' })
const clickhouse = createClickHouse({ url: stack.clickhouseUrl })
const generation = 5_000_000 + process.pid
const views = `wa_doctor_${process.pid}`
const names = topicNames(generation)
const settings = {
  partitions: PARTITIONS,
  retentionDays: 10,
  minInsyncReplicas: 0,
  bodyBytesMax: 3_145_728,
  stateAgeHoursMax: 12,
}
const topics = derivedTopicSpecs({ ...settings, generation })

beforeAll(async () => {
  await kafka.admin.ensureTopics(topics)
  await migrate({ client: clickhouse, generation, retentionDays: 10, viewsDatabase: views })
}, TIMEOUT_MS)

afterAll(async () => {
  await kafka.admin.deleteTopics(topics.map(({ topic }) => topic))
  await kafka.close()
  for (const made of databasesOfViews(views)) {
    await clickhouse.command(`DROP DATABASE IF EXISTS ${made}`)
  }
  await clickhouse.command(`DROP DATABASE IF EXISTS ${databaseName(generation)}`)
  await clickhouse.close()
})

const doctor = (changes: Partial<DoctorOptions> = {}) =>
  runDoctor({
    webhooksUrl: undefined,
    adminUrls: [],
    ...stack,
    generation,
    settings,
    viewsDatabase: views,
    ...changes,
  })

const broken = (findings: readonly Finding[], hop?: string) =>
  findings
    .filter((one) => one.state === 'broken' && (hop === undefined || one.hop === hop))
    .map(({ fix, message }) => `${message} → ${fix}`)

const statesOf = (findings: readonly Finding[], hop: string) => [
  ...new Set(findings.filter((one) => one.hop === hop).map(({ state }) => state)),
]

describe('the doctor', () => {
  it(
    'finds what was made, and that nobody reads it',
    async () => {
      const findings = await doctor()
      expect(statesOf(findings, 'kafka')).toEqual(['ok'])
      expect(statesOf(findings, 'reconciliation')).toEqual(['ok'])
      expect(broken(findings, 'groups').join('\n')).toMatch(
        new RegExp(`decoder\\.g${generation} has no members; .* → start the decoder`),
      )
    },
    TIMEOUT_MS,
  )

  it(
    'names topics, migrations and schemas that are missing',
    async () => {
      const findings = await doctor({ generation: generation + 1 })
      expect(broken(findings, 'topics').join('\n')).toContain(topicNames(generation + 1).events)
      expect(broken(findings, 'topics').join('\n')).toContain('wabastream topics --create')
      expect(broken(findings, 'clickhouse').join('\n')).toMatch(
        /migrations .* → wabastream prepare/,
      )
      expect(statesOf(findings, 'reconciliation')).toEqual(['not checked'])
    },
    TIMEOUT_MS,
  )

  it(
    'names servers that do not answer, and checks the others all the same',
    async () => {
      const nowhere = `127.0.0.1:${await findFreePort()}`
      const findings = await doctor({
        brokers: [nowhere],
        schemaRegistryUrl: `http://${nowhere}`,
        clickhouseUrl: `http://${nowhere}`,
        webhooksUrl: `http://${nowhere}`,
        adminUrls: [`http://${nowhere}`],
      })
      for (const hop of ['webhooks', 'services', 'kafka', 'registry', 'clickhouse']) {
        expect([hop, statesOf(findings, hop)]).toEqual([hop, ['broken']])
      }
      for (const hop of ['topics', 'groups', 'reconciliation']) {
        expect([hop, statesOf(findings, hop)]).toEqual([hop, ['not checked']])
      }
      expect(broken(findings).join('\n')).toContain('ECONNREFUSED')
    },
    TIMEOUT_MS,
  )

  it(
    'names a difference that the sink found',
    async () => {
      const database = databaseName(generation)
      await saveSlice(
        { client: clickhouse, database },
        {
          rawPartition: 0,
          from: 0,
          to: 10,
          checkedAt: Date.now(),
          firstReceivedAt: Date.now(),
          verdicts: 9,
          resent: 0,
          differences: [{ kind: 'missing_verdict', channel: 'main', amount: 1 }],
        },
      )
      expect(broken(await doctor(), 'reconciliation')).toEqual([
        '1 × missing_verdict in channel main → wabastream reconcile --from beginning names them',
      ])
    },
    TIMEOUT_MS,
  )

  it(
    'names a table that was dropped',
    async () => {
      await clickhouse.command(`DROP TABLE ${databaseName(generation)}.errors`)
      expect(broken(await doctor(), 'clickhouse').join('\n')).toContain('lacks errors')
    },
    TIMEOUT_MS,
  )
})

describe('the topics', () => {
  const check = async (changes: Partial<typeof settings> & { readonly tableDays?: number }) =>
    broken(await checkTopics(kafka, { ...settings, generation, tableDays: null, ...changes })).join(
      '\n',
    )

  it(
    'are compared with what the services were given',
    async () => {
      expect(await check({ stateAgeHoursMax: 24 * 31 })).toContain('trusts its state for 744 h')
      expect(await check({ partitions: 3 })).toMatch(/partitions is 2, wanted 3: .*\(.*events/)
    },
    TIMEOUT_MS,
  )

  it(
    'must keep what the tables keep, and take what the ingestor takes',
    async () => {
      // All generations share it, so another test may have made it.
      const present = await kafka.admin.topicStates([names.raw])
      if (present.length === 0)
        await kafka.admin.ensureTopics([{ topic: names.raw, partitions: 2 }])
      const found = await check({ tableDays: 36_500, bodyBytesMax: 16_000_000 })
      expect(found).toMatch(/keeps [\d.]+ days, the tables 36500/)
      expect(found).toMatch(/takes records of \d+ bytes, the ingestor bodies of 16000000/)
    },
    TIMEOUT_MS,
  )
})

describe('the groups', () => {
  it(
    'reports records that were deleted before they were read',
    async () => {
      const topic = names.events
      const producer = kafka.chainedProducer()
      for (let count = 0; count < 3; count++) {
        await producer.send({ topic, partition: 0 }, [{ key: null, value: Buffer.from('x') }])
      }
      const group = consumerGroup('timeline-processor', generation)
      await kafka.admin.setOffsets(group, topic, new Map([[0, 1]]))
      await kafka.admin.deleteRecords(topic, new Map([[0, 3]]))
      expect(broken(await checkGroups(kafka, generation))).toContain(
        `${group}: 2 records of ${topic} were deleted before it read them` +
          ' → rebuild from the raw topic: wabastream replay --into <generation>',
      )
    },
    TIMEOUT_MS,
  )
})

describe('the services', () => {
  it('are asked whether they are ready and can use their files', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/metrics') {
        response.end('wa_ingestor_last_reload_failed{what="channels",service="ingestor"} 1\n')
        return
      }
      const isReady = request.url === '/livez'
      response.end(JSON.stringify({ ok: isReady, reasons: isReady ? [] : ['the spool is full'] }))
    })
    const port = await findFreePort()
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve)
    })
    const url = `http://127.0.0.1:${port}`
    const found = broken(await checkServices([url]))
    server.close()
    expect(found[0]).toContain(`${url} is not ready: the spool is full`)
    expect(found[1]).toContain('the files of the channels cannot be used')
  })
})
