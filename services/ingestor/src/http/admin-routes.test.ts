import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type AdminServer, startAdminServer, toHealth } from '@wabastream/service-host'
import { Registry } from 'prom-client'
import { createAdminRoutes } from './admin-routes.ts'
import { createAuthenticator } from '../authentication/authenticator.ts'
import { createCheckLimit } from './check-limit.ts'
import { type CheckOutcome } from './ingestor-metrics.ts'
import { signedHeaders, testChannels } from '../ingestor.fixture.ts'

let server: AdminServer
let url: string
let nowMs = 0
const outcomes: CheckOutcome[] = []

beforeEach(async () => {
  nowMs = 0
  outcomes.length = 0
  server = await startAdminServer({
    port: 0,
    host: '127.0.0.1',
    registry: new Registry(),
    isAlive: () => toHealth([]),
    isReady: () => toHealth([]),
    routes: [
      createAdminRoutes({
        channels: () => testChannels,
        authenticator: createAuthenticator(testChannels),
        limit: createCheckLimit(() => nowMs),
        onChecked: (outcome) => {
          outcomes.push(outcome)
        },
      }),
    ],
  })
  url = `http://127.0.0.1:${server.port}/channels`
})
afterEach(() => server.close())

async function check(channel: string, request: unknown) {
  const response = await fetch(`${url}/${channel}/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  })
  return { status: response.status, body: await response.json() }
}

describe('the admin routes', () => {
  it('list the channels without their secrets', async () => {
    const text = await (await fetch(url)).text()
    expect(JSON.parse(text)).toEqual({
      channels: [
        {
          name: 'main',
          path: '/webhooks/main',
          dialect: 'cloud',
          numberId: null,
          strategies: [
            {
              strategy: 'hmac',
              header: 'x-hub-signature-256',
              prefix: 'sha256=',
              keys: ['app-1'],
            },
          ],
          hasHandshake: true,
        },
        {
          name: 'legacy',
          path: '/webhooks/legacy',
          dialect: 'flat',
          numberId: '4915',
          strategies: [{ strategy: 'path_token', keys: ['url-1'] }],
          hasHandshake: false,
        },
      ],
    })
    expect(text).not.toMatch(/secret|a url token|verify me/)
  })

  it('say whether a request would be accepted, and why not', async () => {
    const headers = { 'X-Hub-Signature-256': signedHeaders('{}')['x-hub-signature-256'] }
    expect(await check('main', { body: '{}', headers })).toEqual({
      status: 200,
      body: { accepted: true, keys: [{ strategy: 'hmac', keyId: 'app-1' }] },
    })
    expect((await check('main', { bodyBase64: 'e30=', headers })).body).toMatchObject({
      accepted: true,
    })
    expect((await check('main', { body: '{ }', headers })).body).toEqual({
      accepted: false,
      cause: 'wrong_signature',
    })
    expect((await check('legacy', { token: 'a url token' })).body).toMatchObject({ accepted: true })
    expect((await check('nobody', {})).body).toEqual({ accepted: false, cause: 'unknown_channel' })
  })

  it('let nobody guess a secret, and count attempts', async () => {
    const guess = async () => (await check('legacy', { token: 'a guess' })).status
    const inARow = await Promise.all(Array.from({ length: 50 }, guess))
    expect(inARow.filter((status) => status === 200)).toHaveLength(10)
    expect(inARow.filter((status) => status === 429)).toHaveLength(40)
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === 'limited')).toHaveLength(40)
    nowMs += 2_000
    expect([await guess(), await guess()]).toEqual([200, 429])
    // A right guess is refused like the others: nobody learns anything beyond the limit.
    expect((await check('legacy', { token: 'a url token' })).status).toBe(429)
    nowMs += 3_600_000
    expect((await check('legacy', { token: 'a url token' })).body).toMatchObject({ accepted: true })
  })

  it('refuse a check that they do not understand', async () => {
    expect((await check('main', { bdy: '{}' })).status).toBe(400)
  })
})
