// Goal: every pod that talks to Kafka has each way of proving who it is. Method:
// rendered by Helm with that way.
import { describe, expect, it } from '@jest/globals'
import { asList, at } from '../tools/json.ts'
import { everything, find, render, type Workload, workloadsOf } from './rendered-chart.ts'

const SASL = 'kafka.sasl.'

/** The components that talk to Kafka. */
async function clientsWith(set: readonly string[]): Promise<readonly Workload[]> {
  const workloads = workloadsOf(
    await render({ set: [...everything, 'kafka.tls.enabled=true', ...set] }),
  )
  const clients = workloads.filter(({ environment }) => environment.has('KAFKA_BROKERS'))
  expect(clients.length).toBeGreaterThan(3)
  return clients
}

function saslOf({ environment }: Workload): Readonly<Record<string, string>> {
  return Object.fromEntries([...environment].filter(([name]) => /^(KAFKA_SASL|AWS)_/.test(name)))
}

const mountsOf = ({ container }: Workload): readonly unknown[] =>
  asList(container['volumeMounts']).map((mount) => at(mount, 'mountPath'))

describe('a user and a password', () => {
  it.each(['plain', 'scram-sha-512'])("are each component's own with %s", async (mechanism) => {
    for (const client of await clientsWith([`${SASL}mechanism=${mechanism}`])) {
      expect(saslOf(client)).toEqual({
        KAFKA_SASL_MECHANISM: mechanism,
        KAFKA_SASL_USERNAME: expect.stringContaining('wabastream-'),
        KAFKA_SASL_PASSWORD_FILE: '/etc/wabastream/kafka-user/password',
      })
      expect(mountsOf(client)).toContain('/etc/wabastream/kafka-user')
    }
  })
})

describe('a token', () => {
  it("is the pod's own for the audience", async () => {
    const set = [`${SASL}mechanism=oauthbearer`, `${SASL}tokenAudience=kafka`]
    for (const client of await clientsWith(set)) {
      expect(saslOf(client)).toEqual({
        KAFKA_SASL_MECHANISM: 'oauthbearer',
        KAFKA_SASL_TOKEN_PATH: '/etc/wabastream/kafka-token/token',
      })
      expect(mountsOf(client)).toContain('/etc/wabastream/kafka-token')
      expect(JSON.stringify(client.resource)).toContain('"audience":"kafka"')
    }
  })

  it("comes from an authorization server for the component's client", async () => {
    const url = 'https://id.example/token'
    const set = [`${SASL}mechanism=oauthbearer`, `${SASL}tokenUrl=${url}`, `${SASL}scope=kafka`]
    for (const client of await clientsWith(set)) {
      expect(saslOf(client)).toMatchObject({
        KAFKA_SASL_TOKEN_URL: url,
        KAFKA_SASL_SCOPE: 'kafka',
        KAFKA_SASL_USERNAME: expect.stringContaining('wabastream-'),
        KAFKA_SASL_PASSWORD_FILE: '/etc/wabastream/kafka-user/password',
      })
      expect(mountsOf(client)).not.toContain('/etc/wabastream/kafka-token')
    }
  })

  it('is signed for a region by the role of the service account', async () => {
    const set = [
      `${SASL}mechanism=aws-msk-iam`,
      `${SASL}awsRegion=eu-west-1`,
      'serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::1:role/kafka',
    ]
    for (const client of await clientsWith(set)) {
      expect(saslOf(client)).toEqual({
        KAFKA_SASL_MECHANISM: 'aws-msk-iam',
        AWS_REGION: 'eu-west-1',
      })
    }
    expect(find(await render({ set }), 'ServiceAccount', '')).toMatchObject({
      metadata: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/kafka' } },
    })
  })

  it.each([
    ['oauthbearer', 'tokenAudience'],
    ['aws-msk-iam', 'awsRegion'],
  ])('with %s is not rendered without %s', async (mechanism, missing) => {
    await expect(render({ set: [`${SASL}mechanism=${mechanism}`] })).rejects.toThrow(missing)
  })
})
