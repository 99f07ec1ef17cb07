import { createServer as createPlainServer, type Server } from 'node:http'
import { createServer } from 'node:https'
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createTestAuthority, type TestAuthority } from '@wabastream/testing'
import { checkIngestor, checkWebhooks } from './check-webhooks.ts'

const DAY_MS = 86_400_000
let authority: TestAuthority
let server: Server | undefined

beforeAll(async () => {
  authority = await createTestAuthority('the authority')
})
afterEach(() => {
  server?.close()
})

async function portOf(started: Server): Promise<number> {
  server = started
  await new Promise<void>((resolve) => {
    started.listen(0, '127.0.0.1', resolve)
  })
  const address = started.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function check(issued: Parameters<TestAuthority['issue']>[1], status = 401) {
  const certificate = await authority.issue('server', issued)
  const port = await portOf(
    createServer(certificate, (_, response) => {
      response.writeHead(status).end()
    }),
  )
  const findings = await checkWebhooks(`https://localhost:${port}`)
  return findings.map(({ message, state }) => `${state}: ${message.replaceAll(String(port), 'N')}`)
}

describe('the public address', () => {
  it('is sound except for an authority that providers do not know', async () => {
    expect(await check({ notAfter: new Date('2040-01-01') })).toEqual([
      'ok: the certificate is valid until 2040-01-01T00:00:00.000Z',
      expect.stringMatching(/^warning: the certificate is not trusted here: /),
      'ok: an ingestor answers at https://localhost:N',
    ])
  })

  it.each([
    [
      'expired',
      { notAfter: new Date(Date.now() - DAY_MS) },
      401,
      'broken: the certificate expired at ',
    ],
    [
      'about to expire',
      { notAfter: new Date(Date.now() + 5.5 * DAY_MS) },
      401,
      'warning: the certificate expires in 5 days, at ',
    ],
    [
      'of another name',
      { dnsNames: ['else.example'] },
      401,
      'broken: the certificate is not for localhost',
    ],
    [
      'in front of something else',
      {},
      200,
      'broken: https://localhost:N/webhooks/- answers 200 instead of 401: that is no ingestor',
    ],
  ])('is found to be %s', async (_, issued, status, finding) => {
    expect((await check(issued, status)).join('\n')).toContain(finding)
  })

  it('may be plain HTTP behind what ends TLS', async () => {
    const port = await portOf(
      createPlainServer((_, response) => {
        response.writeHead(401).end()
      }),
    )
    expect(await checkIngestor(`http://127.0.0.1:${port}`)).toMatchObject([
      { hop: 'ingestor', state: 'ok' },
    ])
    expect(await checkIngestor('http://127.0.0.1:1')).toMatchObject([
      { hop: 'ingestor', state: 'broken', message: expect.stringContaining('does not answer') },
    ])
  })

  it('has no TLS if it speaks plain HTTP', async () => {
    const port = await portOf(
      createPlainServer((_, response) => {
        response.end()
      }),
    )
    const findings = await checkWebhooks(`https://localhost:${port}`)
    expect(findings[0]?.message).toContain('no TLS at ')
  })
})
