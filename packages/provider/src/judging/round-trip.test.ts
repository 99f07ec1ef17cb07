import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type Received,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from '../http/scripted-server.fixture.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { tryRoundTrip } from './round-trip.ts'

let server: ScriptedServer
afterEach(() => server.close())

async function webhookAt(script: (request: Received) => Reply, verifyToken: string | null) {
  server = await startScriptedServer(script)
  const url = new URL('/webhooks/main', server.url).href
  return buildNumber({
    webhook: { url, shownUrl: url, pathToken: null, verifyToken, headers: {} },
  })
}

const queryOf = ({ path }: Received): URLSearchParams => new URL(path, 'http://a').searchParams

describe('a round trip', () => {
  it('is the handshake of the provider with our URL', async () => {
    const number = await webhookAt(
      (request) => ({
        body: queryOf(request).get('hub.challenge') ?? '',
        headers: { 'content-type': 'text/plain' },
      }),
      'verify-me-please',
    )
    expect(await tryRoundTrip(number)).toMatchObject({ outcome: 'answered' })
    const [request] = server.received
    expect(request?.path).toMatch(/^\/webhooks\/main\?/)
    expect(request && queryOf(request).get('hub.verify_token')).toBe('verify-me-please')
    expect(request && queryOf(request).get('hub.mode')).toBe('subscribe')
  })

  it.each(['/', '/webhooks/main', '/webhooks/main/'])('asks exactly %s', async (path) => {
    const number = await webhookAt(
      (request) => ({ body: queryOf(request).get('hub.challenge') ?? '' }),
      'verify-me-please',
    )
    const url = new URL(path, number.webhook.url).href
    const trip = await tryRoundTrip({ webhook: { ...number.webhook, url } })
    expect(trip).toMatchObject({ outcome: 'answered' })
    expect(server.received[0]?.path.split('?')[0]).toBe(path)
  })

  it.each([
    ['it answered 403', { status: 403 }],
    ['it answered 404', { status: 404, body: 'nothing here' }],
    ['it did not give the challenge back', { body: 'OK' }],
    ['it did not give the challenge back', { body: '' }],
    ['it answered with a redirect, which is not followed', { status: 302 }],
  ])('has failed: %s', async (reason, reply) => {
    const number = await webhookAt(() => reply, 'verify-me-please')
    expect(await tryRoundTrip(number)).toEqual({ outcome: 'failed', reason })
  })

  it('is not made without a verify token', async () => {
    const number = await webhookAt(() => ({}), null)
    expect(await tryRoundTrip(number)).toEqual({ outcome: 'unasked' })
    expect(server.received).toEqual([])
  })
})
