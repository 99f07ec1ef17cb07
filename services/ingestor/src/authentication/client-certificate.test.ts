import { request as requestPlain } from 'node:http'
import { Agent, request } from 'node:https'
import { X509Certificate } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestAuthority, type TestAuthority, type TestCertificate } from '@wabastream/testing'
import { type Channel, splitPem } from '@wabastream/channels'
import {
  signedHeaders,
  startTestIngestor,
  testChannels,
  type TestIngestor,
} from '../ingestor.fixture.ts'

const NAME = 'client.provider.example'

let server: TestCertificate
let serverAuthority: TestAuthority
let provider: TestAuthority
let other: TestAuthority
let known: TestCertificate
let agents: Agent[] = []
let running: TestIngestor | undefined

beforeAll(async () => {
  serverAuthority = await createTestAuthority('of servers')
  server = await serverAuthority.issue('localhost')
  provider = await createTestAuthority('the provider')
  other = await createTestAuthority('another')
  known = await provider.issue('known', { dnsNames: [NAME], purpose: 'client' })
})

afterEach(async () => {
  for (const agent of agents) agent.destroy()
  agents = []
  await running?.ingestor.stop()
  running = undefined
})

function channelOf(
  name: string,
  authorities: readonly TestAuthority[],
  names: readonly string[] | null = null,
): Channel {
  return {
    name,
    dialect: 'cloud',
    numberId: null,
    verifyToken: null,
    strategies: [
      {
        kind: 'client_certificate',
        names,
        authorities: authorities.map(({ cert }, index) => ({
          id: `authority-${index}`,
          certificates: splitPem(cert).map((pem) => new X509Certificate(pem)),
        })),
      },
    ],
  }
}

async function start(channels: readonly Channel[]): Promise<TestIngestor> {
  running = await startTestIngestor({
    tls: { cert: Buffer.from(server.cert), key: Buffer.from(server.key) },
    channels,
  })
  return running
}

function agentWith(certificate?: TestCertificate, keepAlive = false): Agent {
  const agent = new Agent({ keepAlive, maxSockets: 1, ca: serverAuthority.cert, ...certificate })
  agents.push(agent)
  return agent
}

interface Answer {
  readonly status: number | undefined
  readonly connection: string | undefined
}

function post(agent: Agent, channel: string, headers: Record<string, string> = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const sent = request(
      {
        port: running?.port,
        path: `/webhooks/${channel}`,
        method: 'POST',
        agent,
        headers,
      },
      (response) => {
        response.resume()
        const { connection } = response.headers
        response.on('end', () => resolve({ status: response.statusCode, connection }))
      },
    )
    sent.on('error', reject)
    sent.end('{}')
  })
}

const rejections = async () =>
  (await running?.registry.metrics())
    ?.split('\n')
    .filter((line) => line.startsWith('wa_ingestor_rejections_total') && !line.endsWith(' 0'))
    .map((line) => /cause="(\w+)"/.exec(line)?.[1])

describe('a channel that asks for a client certificate', () => {
  it('takes webhooks from a client with one of its authority, and says which', async () => {
    const { producer, registry } = await start([channelOf('mutual', [other, provider], [NAME])])
    expect((await post(agentWith(known), 'mutual')).status).toBe(200)
    expect(producer.records[0]?.headers?.['verification']).toBe('client_certificate:authority-1')
    expect(await registry.metrics()).toContain(
      'wa_ingestor_key_uses_total' +
        '{channel="mutual",strategy="client_certificate",key="authority-1"} 1',
    )
  })

  it('follows the chain that the client sends, on each connection again', async () => {
    await start([channelOf('mutual', [provider], [NAME])])
    const below = await (await provider.intermediate('first below')).intermediate('second below')
    const agent = agentWith(await below.issue(NAME))
    for (let connection = 0; connection < 3; connection++) {
      expect((await post(agent, 'mutual')).status).toBe(200)
    }
  })

  it('follows it beside channels of other authorities if it is given the intermediates', async () => {
    const below = await provider.intermediate('below')
    const between = { ...provider, cert: `${provider.cert}${below.cert}` }
    await start([channelOf('mutual', [between]), channelOf('other', [other])])
    const agent = agentWith(await below.issue(NAME))
    expect((await post(agent, 'mutual')).status).toBe(200)
    expect((await post(agent, 'other')).status).toBe(401)
  })

  it.each([
    ['none', 'missing_certificate', () => undefined],
    ['one of an authority that is not its own', 'untrusted_certificate', () => other.issue(NAME)],
    [
      'one of an authority that only has the same name',
      'untrusted_certificate',
      async () => (await createTestAuthority('the provider')).issue(NAME),
    ],
    [
      'an expired one',
      'untrusted_certificate',
      () => provider.issue(NAME, { notAfter: new Date(Date.now() - 60_000) }),
    ],
    ['one for servers', 'untrusted_certificate', () => provider.issue(NAME, { purpose: 'server' })],
    [
      'one with another name',
      'wrong_certificate_name',
      () => provider.issue('else.example', { dnsNames: ['*.provider.example'] }),
    ],
  ])('refuses %s: %s', async (_, cause, issue) => {
    await start([channelOf('mutual', [provider], [NAME]), channelOf('other', [other])])
    expect((await post(agentWith(await issue()), 'mutual')).status).toBe(401)
    expect(await rejections()).toEqual([cause])
  })

  it('leaves other channels alone, whatever certificate comes with them', async () => {
    await start([channelOf('mutual', [provider]), ...testChannels])
    const stranger = await (await createTestAuthority('nobody')).issue('stranger')
    for (const agent of [agentWith(), agentWith(known), agentWith(stranger)]) {
      expect((await post(agent, 'main', signedHeaders('{}'))).status).toBe(200)
    }
  })

  it('trusts no header', async () => {
    await start([channelOf('mutual', [provider])])
    const headers = { 'ssl-client-cert': encodeURIComponent(known.cert) }
    expect((await post(agentWith(), 'mutual', headers)).status).toBe(401)
  })

  it('ends open connections with their next answer when its authorities change', async () => {
    const { ingestor } = await start([channelOf('mutual', [provider]), ...testChannels])
    const agent = agentWith(await other.issue(NAME), true)
    const plain = () => post(agent, 'main', signedHeaders('{}'))
    expect(await plain()).toEqual({ status: 200, connection: 'keep-alive' })
    ingestor.useChannels([channelOf('mutual', [other]), ...testChannels])
    expect(await plain()).toEqual({ status: 200, connection: 'close' })
    expect(await post(agent, 'mutual')).toEqual({ status: 200, connection: 'keep-alive' })
  })
})

describe('an ingress that is trusted to hand certificates on', () => {
  function postPlain(header: Record<string, string>) {
    return new Promise<number | undefined>((resolve, reject) => {
      const sent = requestPlain(
        {
          port: running?.port,
          path: '/webhooks/mutual',
          method: 'POST',
          headers: header,
        },
        (response) => {
          response.resume()
          response.on('end', () => resolve(response.statusCode))
        },
      )
      sent.on('error', reject)
      sent.end('{}')
    })
  }

  it('is trusted, but the certificate is checked here', async () => {
    running = await startTestIngestor({
      channels: [channelOf('mutual', [provider], [NAME])],
      env: { clientCertificateHeader: 'SSL-Client-Cert' },
    })
    const below = await provider.intermediate('below')
    const through = (pem: string) => postPlain({ 'ssl-client-cert': encodeURIComponent(pem) })
    expect(await through(known.cert)).toBe(200)
    expect(await through((await below.issue(NAME)).cert)).toBe(200)
    expect(await through((await other.issue(NAME)).cert)).toBe(401)
    expect(await through('no certificate')).toBe(401)
    expect(await postPlain({ 'ssl-client-cert': '%' })).toBe(401)
    expect(await postPlain({})).toBe(401)
  })
})
