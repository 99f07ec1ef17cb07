// Goal: a broker that takes only tokens takes ours, takes a new one before the old one expires, and
// a refusal is a clear error. Method: a real broker whose second listener speaks SASL/OAUTHBEARER,
// with Kafka's validator for unsigned tokens.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type KafkaCluster, startKafkaCluster } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'
import { createKafkaClient, type KafkaClient } from '../../kafka-client.ts'

const TIMEOUT_MS = 120_000
/**
 * The broker ends a connection whose token has expired. The client shows a new token 10 s before,
 * and a broker takes at most one per second.
 */
const TOKEN_LIFE_SECONDS = 12
const LOGIN =
  'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required ' +
  'unsecuredLoginStringClaim_sub="broker";'

let cluster: KafkaCluster
let directory: string
let tokenPath: string
const clients: KafkaClient[] = []

/** Without a signature (RFC 7519, section 6). */
function unsignedToken(lifeSeconds: number): string {
  const now = Math.floor(Date.now() / 1_000)
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  return `${encode({ alg: 'none' })}.${encode({ sub: 'me', iat: now, exp: now + lifeSeconds })}.`
}

function connect(): KafkaClient {
  const client = createKafkaClient({
    brokers: cluster.proxiedAddresses,
    clientId: 'bearer-test',
    sasl: { mechanism: 'oauthbearer', tokenPath },
  })
  clients.push(client)
  return client
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bearer-'))
  tokenPath = join(directory, 'token')
  cluster = await startKafkaCluster({
    brokers: 1,
    dataDirectory: directory,
    advertise: async (port) => port,
    properties: {
      'listener.security.protocol.map':
        'PLAINTEXT:PLAINTEXT,PROXIED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'listener.name.proxied.sasl.enabled.mechanisms': 'OAUTHBEARER',
      'listener.name.proxied.oauthbearer.sasl.jaas.config': LOGIN,
      'listener.name.proxied.oauthbearer.connections.max.reauth.ms': '60000',
    },
  })
}, TIMEOUT_MS)

afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await cluster.stop()
  await rm(directory, { recursive: true, force: true })
}, TIMEOUT_MS)

describe('a broker that takes tokens', () => {
  it(
    'refuses what is not a token, and says so',
    async () => {
      await writeFile(tokenPath, 'no-token-at-all')
      await expect(connect().admin.brokers()).rejects.toMatchObject({
        code: 'not_allowed',
        message: expect.stringMatching(/refuses the token: .*invalid_token/),
      })
    },
    TIMEOUT_MS,
  )

  it(
    'is written to for longer than one token lives',
    async () => {
      await writeFile(tokenPath, unsignedToken(TOKEN_LIFE_SECONDS))
      const client = connect()
      await client.admin.ensureTopics([{ topic: 'tokens', partitions: 1 }])
      const producer = client.chainedProducer()
      const untilMs = Date.now() + TOKEN_LIFE_SECONDS * 1_500
      let count = 0
      await eventually(
        'more than the life of a token',
        async () => {
          await writeFile(tokenPath, unsignedToken(TOKEN_LIFE_SECONDS))
          await producer.send({ topic: 'tokens', partition: 0 }, [
            { key: null, value: Buffer.from('x') },
          ])
          count += 1
          return Date.now() > untilMs
        },
        TOKEN_LIFE_SECONDS * 6_000,
      )
      const [[, end] = []] = await client.admin.endOffsets('tokens')
      expect(end).toBe(count)
    },
    TIMEOUT_MS,
  )
})
