import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:https'
import { connect, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  createTestAuthority,
  eventually,
  type TestAuthority,
  type TestCertificate,
} from '@wabastream/testing'
import { Registry } from 'prom-client'
import { startTestIngestor, type TestIngestor } from '../ingestor.fixture.ts'
import { loadFiles } from '../load-files.ts'
import { mountSecret, type MountedSecret } from './mounted-secret.fixture.ts'

const LOOK_MS = 20
const channelFile = (name: string): string => `
channels:
  - { name: ${name}, dialect: cloud, strategies: { hmac: { secrets: [{ id: a, file: secret }] } } }
`
const logger = { info: () => {}, error: () => {} }

let authority: TestAuthority
let first: TestCertificate
let certificateFiles: MountedSecret
let channelFiles: MountedSecret
let registry: Registry
let running: TestIngestor
let agent: Agent
let ending: AbortController
let following: Promise<void>

beforeEach(async () => {
  authority = await createTestAuthority('the authority')
  first = await authority.issue('first')
  certificateFiles = mountSecret({ 'tls.crt': first.cert, 'tls.key': first.key })
  channelFiles = mountSecret({ 'channels.yaml': channelFile('main'), secret: 'the first secret' })
  registry = new Registry()
  ending = new AbortController()
  const files = loadFiles({
    config: {
      channelsFile: channelFiles.path('channels.yaml'),
      tlsCertFile: certificateFiles.path('tls.crt'),
      tlsKeyFile: certificateFiles.path('tls.key'),
    },
    env: {},
    registry,
    logger,
  })
  running = await startTestIngestor({
    tls: files.certificate?.loaded ?? null,
    channels: files.channels.loaded,
  })
  following = files.follow(running.ingestor, LOOK_MS, ending.signal)
  agent = new Agent({ keepAlive: true, maxSockets: 1, ca: authority.cert })
})

afterEach(async () => {
  ending.abort()
  await following
  agent.destroy()
  await running.ingestor.stop()
  certificateFiles.remove()
  channelFiles.remove()
})

/** Status of a webhook over the one connection that is kept, and that connection's port here. */
function post(secret: string, channel = 'main') {
  const body = '{}'
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  return new Promise<readonly [number | undefined, number | undefined]>((resolve, reject) => {
    const sent = request(
      {
        port: running.port,
        path: `/webhooks/${channel}`,
        method: 'POST',
        agent,
        headers: { 'x-hub-signature-256': `sha256=${signature}` },
      },
      (response) => {
        const { localPort } = response.socket
        response.resume()
        response.on('end', () => resolve([response.statusCode, localPort]))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Common name of the certificate that a new connection is shown. */
function shownName() {
  return new Promise<unknown>((resolve, reject) => {
    const socket: TLSSocket = connect(
      {
        port: running.port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: authority.cert,
      },
      () => {
        resolve(socket.getPeerCertificate().subject.CN)
        socket.destroy()
      },
    )
    socket.on('error', reject)
  })
}

async function valueOf(metric: string, labels: Readonly<Record<string, string>>) {
  const values = (await registry.getSingleMetric(metric)?.get())?.values ?? []
  return values.find((value) =>
    Object.entries(labels).every(([name, label]) => value.labels[name] === label),
  )?.value
}

const counted = (what: string, outcome: string) =>
  eventually(
    `${what} ${outcome}`,
    async () => (await valueOf('wa_ingestor_reloads_total', { what, outcome })) === 1,
  )
const failing = (what: string) => valueOf('wa_ingestor_last_reload_failed', { what })
const expiry = () => valueOf('wa_ingestor_certificate_expiry_timestamp_seconds', {})

describe('a certificate that is renewed', () => {
  it('is shown to new connections while an open one goes on', async () => {
    const [status, connection] = await post('the first secret')
    expect([status, await shownName()]).toEqual([200, 'first'])
    const notAfter = new Date('2040-01-01T00:00:00Z')
    const second = await authority.issue('second', { notAfter })
    certificateFiles.replace({ 'tls.crt': second.cert, 'tls.key': second.key })
    await counted('certificate', 'ok')
    expect(await shownName()).toBe('second')
    expect(await post('the first secret')).toEqual([200, connection])
    expect(await expiry()).toBe(notAfter.getTime() / 1_000)
  })

  it('is not used unless the key belongs to it', async () => {
    const expiresAt = await expiry()
    const second = await authority.issue('second')
    certificateFiles.replace({ 'tls.crt': second.cert, 'tls.key': first.key })
    await counted('certificate', 'failed')
    expect([await shownName(), await failing('certificate'), await expiry()]).toEqual([
      'first',
      1,
      expiresAt,
    ])
    certificateFiles.replace({ 'tls.crt': second.cert, 'tls.key': second.key })
    await counted('certificate', 'ok')
    expect([await shownName(), await failing('certificate')]).toEqual(['second', 0])
  })
})

describe('a channel file that is changed', () => {
  it('takes effect, even if only a secret that it refers to has changed', async () => {
    const [, connection] = await post('the first secret')
    channelFiles.replace({ 'channels.yaml': channelFile('main'), secret: 'the second secret' })
    await counted('channels', 'ok')
    expect(await post('the second secret')).toEqual([200, connection])
    expect(await post('the first secret')).toEqual([401, connection])
  })

  it.each([
    ['is broken', { 'channels.yaml': 'channels: [', secret: 'the first secret' }],
    ['is empty', { 'channels.yaml': '', secret: 'the first secret' }],
    ['is gone', { secret: 'the first secret' }],
    ['refers to a secret that is gone', { 'channels.yaml': channelFile('main') }],
    [
      'refers to a secret that is too short',
      {
        'channels.yaml': channelFile('other'),
        secret: 'short',
      },
    ],
  ])('changes nothing while it %s', async (_, files) => {
    channelFiles.replace(files)
    await counted('channels', 'failed')
    expect(await failing('channels')).toBe(1)
    expect((await post('the first secret'))[0]).toBe(200)
    expect((await post('the first secret', 'other'))[0]).toBe(401)
    channelFiles.replace({ 'channels.yaml': channelFile('other'), secret: 'the first secret' })
    await counted('channels', 'ok')
    expect(await failing('channels')).toBe(0)
    expect((await post('the first secret', 'other'))[0]).toBe(200)
  })
})
