import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type AdminServer, startAdminServer, toHealth } from '@wabastream/service-host'
import { Registry } from 'prom-client'
import { createAdminRoutes } from './admin-routes.ts'
import { createAuthenticator } from './authenticator.ts'
import { signedHeaders, testChannels } from './ingestor.fixture.ts'

let server: AdminServer
let url: string

beforeEach(async () => {
  server = await startAdminServer({
    port: 0, host: '127.0.0.1', registry: new Registry(),
    isAlive: () => toHealth([]), isReady: () => toHealth([]),
    routes: [createAdminRoutes({
      channels: () => testChannels, authenticator: createAuthenticator(testChannels),
    })],
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
    expect(JSON.parse(text)).toEqual({ channels: [
      {
        name: 'main', path: '/webhooks/main', dialect: 'cloud', numberId: null,
        strategies: [{ strategy: 'hmac', keys: ['app-1'] }], hasHandshake: true,
      },
      {
        name: 'legacy', path: '/webhooks/legacy', dialect: 'flat', numberId: '4915',
        strategies: [{ strategy: 'path_token', keys: ['url-1'] }], hasHandshake: false,
      },
    ] })
    expect(text).not.toMatch(/secret|a url token|verify me/)
  })

  it('tell whether a request would be accepted, and why not', async () => {
    const headers = { 'X-Hub-Signature-256': signedHeaders('{}')['x-hub-signature-256'] }
    expect(await check('main', { body: '{}', headers })).toEqual({
      status: 200, body: { accepted: true, keys: [{ strategy: 'hmac', keyId: 'app-1' }] },
    })
    expect((await check('main', { bodyBase64: 'e30=', headers })).body)
      .toMatchObject({ accepted: true })
    expect((await check('main', { body: '{ }', headers })).body)
      .toEqual({ accepted: false, cause: 'wrong_signature' })
    expect((await check('legacy', { token: 'a url token' })).body)
      .toMatchObject({ accepted: true })
    expect((await check('nobody', {})).body)
      .toEqual({ accepted: false, cause: 'unknown_channel' })
  })

  it('refuse a check that they do not understand', async () => {
    expect((await check('main', { bdy: '{}' })).status).toBe(400)
  })
})
