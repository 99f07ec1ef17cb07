import { type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { findFreePort, spawnGuarded } from '@wabastream/local-stack'
import { eventually } from '@wabastream/testing'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
let directory: string

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'ingestor-'))
  writeFileSync(
    join(directory, 'channels.yaml'),
    `
channels:
  - { name: main, dialect: cloud, strategies: { hmac: { secrets: [{ id: a, env: APP_SECRET }] } } }
`,
  )
})
afterAll(() => rmSync(directory, { recursive: true }))

interface Process {
  readonly child: ChildProcess
  readonly output: () => string
  readonly ended: Promise<unknown>
}

function run(env: Readonly<Record<string, string>>): Process {
  const child = spawnGuarded(process.execPath, [MAIN], {
    env: { ADMIN_HOST: '127.0.0.1', HOST: '127.0.0.1', ...env },
  })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { child, output: () => text, ended: once(child, 'close') }
}

describe('the ingestor as a process', () => {
  it('names every problem of its configuration and exits 2', async () => {
    const { child, output, ended } = run({
      KAFKA_BROKERS: 'nowhere',
      PORT: '99999',
      TLS_CERT_FILE: 'cert.pem',
      ADMIN_PORT: '0',
    })
    await ended
    expect([child.exitCode, output()]).toEqual([
      2,
      [
        'The configuration of ingestor cannot be used:',
        '  - KAFKA_BROKERS: must be host:port',
        '  - CHANNELS_FILE is missing',
        '  - PORT: must be at most 65535',
        '  - TLS_KEY_FILE: is needed with TLS_CERT_FILE',
        '',
      ].join('\n'),
    ])
  })

  it('names every problem of its channel file and exits 2', async () => {
    const file = join(directory, 'bad.yaml')
    writeFileSync(
      file,
      `
channels:
  - { name: a b, dialect: cloud, strategies: { hmac: { secrets: [{ id: a, env: NONE }] } } }
`,
    )
    const { child, output, ended } = run({
      KAFKA_BROKERS: 'localhost:1',
      CHANNELS_FILE: file,
      ADMIN_PORT: '0',
    })
    await ended
    expect(child.exitCode).toBe(2)
    expect(output()).toContain(
      [
        `The channel file ${file} cannot be used:`,
        '  - channels[0].name: must be letters, digits, - and _, at most 64',
        '  - channels[0].strategies.hmac.secrets[0]: environment variable NONE is not set',
        '',
      ].join('\n'),
    )
  })

  it('names the problems of all three in one message: environment, channels, certificate', async () => {
    const file = join(directory, 'empty.yaml')
    writeFileSync(file, 'channels: []')
    const { child, output, ended } = run({
      KAFKA_BROKERS: 'nowhere',
      CHANNELS_FILE: file,
      TLS_CERT_FILE: file,
      TLS_KEY_FILE: file,
    })
    await ended
    expect(child.exitCode).toBe(2)
    expect(output()).toContain('KAFKA_BROKERS: must be host:port')
    expect(output()).toContain(`The channel file ${file} cannot be used:\n  - channels: `)
    expect(output()).toContain(
      `The certificate cannot be used:\n  - ${file} and ${file} are not a pair`,
    )
  })

  it('listens and refuses while Kafka is away, and stops when asked', async () => {
    const [port, adminPort] = await Promise.all([findFreePort(), findFreePort()])
    const { child, ended } = run({
      KAFKA_BROKERS: '127.0.0.1:1',
      CHANNELS_FILE: join(directory, 'channels.yaml'),
      APP_SECRET: 'an app secret',
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
    })
    const admin = `http://127.0.0.1:${adminPort}`
    const webhook = await eventually('it listens', () =>
      fetch(`http://127.0.0.1:${port}/webhooks/main`, { method: 'POST', body: '{}' }),
    )
    expect([webhook.status, webhook.headers.get('retry-after')]).toEqual([503, '5'])
    const ready = await fetch(`${admin}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ok: false, reasons: ['kafka takes no records'] },
    ])
    expect((await fetch(`${admin}/livez`)).status).toBe(200)
    const channels = await (await fetch(`${admin}/channels`)).text()
    expect(channels).toContain('"keys":["a"]')
    expect(channels).not.toContain('an app secret')
    expect(await (await fetch(`${admin}/metrics`)).text()).toContain(
      'wa_ingestor_requests_total{channel="-",outcome="kafka_unavailable"',
    )
    expect(await (await fetch(`${admin}/metrics`)).text()).not.toMatch(
      /^wa_ingestor_certificate_expiry_timestamp_seconds/m,
    )
    child.kill('SIGTERM')
    await ended
    expect(child.exitCode).toBe(0)
  })
})
