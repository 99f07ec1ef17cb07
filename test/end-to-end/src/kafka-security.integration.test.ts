// Goal: each service works with the rights that docs/security.md gives its user, and has no others.
// Method: a broker with TLS, SCRAM and an authorizer; every service logs in as its own user, and a
// signed webhook goes all the way; then each user tries what it must not do.
import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  consumerGroup,
  databaseName,
  pipelineConsumers,
  serviceNames,
  topicNames,
} from '@wabastream/contracts'
import { createKafkaClient, type KafkaClient } from '@wabastream/kafka'
import { findFreePort } from '@wabastream/local-stack'
import {
  eventually,
  type ServiceProcess,
  stackFromEnv,
  startServiceProcess,
} from '@wabastream/testing'
import { startCommand } from './command-process.ts'
import { type SecuredKafka, startSecuredKafka } from './secured-kafka.ts'

const TIMEOUT_MS = 180_000
const SECRET = 'an app secret'
const stack = stackFromEnv()
const generation = 7_000 + (process.pid % 2_000)
const topics = topicNames(generation)
const clickhouse = createClient({ url: stack.clickhouseUrl })
const body = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { phone_number_id: '42' },
            statuses: [
              { id: 'wamid.S', status: 'read', timestamp: '1767225600', recipient_id: '7' },
            ],
          },
        },
      ],
    },
  ],
})

let directory: string
let kafka: SecuredKafka
let webhooksUrl: string
const running: ServiceProcess[] = []
const clients: KafkaClient[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kafka-security-'))
  kafka = await startSecuredKafka([...serviceNames, 'operator'])
  const channelsFile = join(directory, 'channels.yaml')
  await writeFile(
    channelsFile,
    'channels: [{ name: main, dialect: cloud, strategies: ' +
      '{ hmac: { secrets: [{ id: a, env: APP_SECRET }] } } }]\n',
  )
  const port = await findFreePort()
  webhooksUrl = `http://127.0.0.1:${port}/webhooks/main`
  const common = {
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    CLICKHOUSE_URL: stack.clickhouseUrl,
    GENERATION: String(generation),
    PARTITIONS: '2',
  }
  const prepared = await runCommand(['prepare', '--timeout', '30'], {
    ...common,
    ...(await kafka.environmentOf('operator')),
  })
  if (prepared.code !== 0) throw new Error(prepared.out.slice(-2_000))
  running.push(
    ...(await Promise.all(
      serviceNames.map(async (service) =>
        startServiceProcess({
          service,
          logFile: join(directory, `${service}.log`),
          env: {
            ...common,
            ...(await kafka.environmentOf(service)),
            ADMIN_HOST: '127.0.0.1',
            HOST: '127.0.0.1',
            PORT: String(port),
            CHANNELS_FILE: channelsFile,
            APP_SECRET: SECRET,
            STATE_DIR: join(directory, 'state'),
          },
        }),
      ),
    )),
  )
}, TIMEOUT_MS)

afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()))
  await Promise.all(clients.map((client) => client.close()))
  await kafka.stop()
  await clickhouse.command({ query: `DROP DATABASE IF EXISTS ${databaseName(generation)}` })
  await clickhouse.close()
  await rm(directory, { recursive: true, force: true })
}, TIMEOUT_MS)

async function runCommand(args: readonly string[], settings: Readonly<Record<string, string>>) {
  const command = startCommand(null, args, settings)
  return { code: await command.ended, out: command.output() }
}

function clientOf(
  user: string,
  {
    password = kafka.passwordOf(user),
    onError = () => undefined,
  }: {
    readonly password?: string
    readonly onError?: (error: Error) => void
  } = {},
): KafkaClient {
  const client = createKafkaClient({
    brokers: [kafka.address],
    clientId: 'security-test',
    tls: { ca: kafka.ca },
    onError,
    sasl: { mechanism: 'scram-sha-512', username: user, password },
  })
  clients.push(client)
  return client
}

/** What the broker says to a write. A right may come later: the producer goes on trying. */
async function write(user: string, topic: string): Promise<string> {
  const messages: string[] = []
  const producer = clientOf(user, {
    onError: ({ message }) => {
      messages.push(message)
    },
  }).chainedProducer()
  const sent = producer
    .send({ topic, partition: 0 }, [{ key: null, value: Buffer.from('{}') }])
    .then(
      () => 'written',
      () => 'given up',
    )
  const refusal = eventually('a refusal', () => messages.find((one) => /not authorized/i.test(one)))
  const outcome = await Promise.race([sent, refusal])
  await producer.close()
  await sent
  return outcome
}

describe('services with the rights of the guide', () => {
  it(
    'bring a webhook from HTTP to ClickHouse',
    async () => {
      const signature = createHmac('sha256', SECRET).update(body).digest('hex')
      const response = await fetch(webhooksUrl, {
        method: 'POST',
        body,
        headers: { 'x-hub-signature-256': `sha256=${signature}` },
      })
      expect(response.status).toBe(200)
      for (const table of ['raw_webhooks', 'message_timeline', 'status_transitions']) {
        await eventually(
          `a row in ${table}`,
          async () => {
            const rows = await clickhouse.query({
              query: `SELECT 1 FROM ${databaseName(generation)}.${table}`,
              format: 'JSONEachRow',
            })
            return (await rows.json()).length > 0
          },
          60_000,
        )
      }
    },
    TIMEOUT_MS,
  )

  it.each(
    pipelineConsumers(generation).map(
      ({ service, topics: read }) =>
        [
          service,
          // Retention has no meaning for what is compacted.
          read.filter((topic) => topic !== topics.timelines),
        ] as const,
    ),
  )(
    'let the %s see how long its topics keep records',
    async (service, read) => {
      const own = running[serviceNames.indexOf(service)]
      await eventually(
        'the retention of each topic',
        async () => {
          const text = (await own?.metrics()) ?? ''
          return read.every((topic) =>
            text
              .split('\n')
              .some(
                (line) =>
                  line.startsWith('wa_kafka_topic_retention_seconds{') &&
                  line.includes(`"${topic}"`),
              ),
          )
        },
        30_000,
      )
    },
    TIMEOUT_MS,
  )

  it(
    'let operators see topics, groups and brokers',
    async () => {
      const { code, out } = await runCommand(['doctor'], {
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        CLICKHOUSE_URL: stack.clickhouseUrl,
        GENERATION: String(generation),
        PARTITIONS: '2',
        ...(await kafka.environmentOf('operator')),
      })
      expect([code, out]).toEqual([0, expect.stringContaining('nothing is broken')])
    },
    TIMEOUT_MS,
  )

  it.each([
    ['ingestor', topics.deadLetters],
    ['ingestor', topics.events],
    ['decoder', topics.raw],
    ['decoder', topics.timelines],
    ['timeline-processor', topics.raw],
    ['timeline-processor', topics.events],
    ['clickhouse-sink', topics.raw],
    ['clickhouse-sink', topics.events],
  ])(
    'do not let the %s write to %s',
    async (user, topic) => {
      expect(await write(user, topic)).toMatch(/not authorized/i)
    },
    TIMEOUT_MS,
  )

  it.each([
    ['ingestor', topics.raw],
    ['decoder', topics.events],
    ['timeline-processor', topics.raw],
  ])(
    'do not let the %s read %s',
    async (user, topic) => {
      await expect(clientOf(user).readRecord({ topic, partition: 0, offset: 0 })).rejects.toThrow(
        /not authorized/i,
      )
    },
    TIMEOUT_MS,
  )

  it(
    'do not let one move the position of another',
    async () => {
      const group = consumerGroup('clickhouse-sink', generation)
      // The client hides the broker's reason: it says that there is no coordinator.
      await expect(
        clientOf('decoder').admin.setOffsets(group, topics.raw, new Map([[0, 0]])),
      ).rejects.toMatchObject({ code: 'unavailable' })
    },
    TIMEOUT_MS,
  )
})

describe('a wrong password', () => {
  it(
    'is reported at once, as what it is',
    async () => {
      await expect(
        clientOf('decoder', { password: 'wrong' }).admin.brokers(),
      ).rejects.toMatchObject({
        code: 'not_allowed',
        message: expect.stringMatching(/authentication failed/i),
      })
    },
    TIMEOUT_MS,
  )

  it(
    'is named by the doctor',
    async () => {
      const { code, out } = await runCommand(['doctor'], {
        SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
        CLICKHOUSE_URL: stack.clickhouseUrl,
        GENERATION: String(generation),
        ...(await kafka.environmentOf('operator', { password: 'wrong' })),
      })
      expect(code).toBe(1)
      expect(out).toMatch(/kafka .*authentication failed/i)
    },
    TIMEOUT_MS,
  )
})
