import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type Received,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from '../http/scripted-server.fixture.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { type Provider } from '../port/provider.ts'
import { type ProviderError } from '../port/provider-error.ts'
import { createOnpremProvider } from './onprem-provider.ts'

const KEY = 'admin:pass:word-1'
const BASIC = `Basic ${Buffer.from(KEY).toString('base64')}`
let server: ScriptedServer
let provider: Provider
afterEach(async () => {
  await provider.close()
  await server.close()
})

async function connect(script: (request: Received) => Reply, key = KEY): Promise<Provider> {
  server = await startScriptedServer(script)
  const number = buildNumber({ provider: 'onprem', api: server.url })
  provider = createOnpremProvider(number, { readKey: async () => key, timeoutMs: 5_000 })
  return provider
}

const errorOf = async (work: Promise<unknown>): Promise<ProviderError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: ProviderError) => error,
  )
const isLogin = ({ path }: Received): boolean => path === '/v1/users/login'
const login = (token: string): Reply => ({ body: { users: [{ token, expires_after: 'later' }] } })
const settings = (webhooks: unknown): Reply => ({
  body: { settings: { application: { webhooks, wa_id: '1' } }, meta: {} },
})

describe('the client on premises', () => {
  it('logs in once, and reads the URL from its settings', async () => {
    const api = await connect((request) =>
      isLogin(request) ? login('token-1') : settings({ url: 'https://a/' }),
    )
    const view = { url: 'https://a/', from: 'number', subscribedFields: null }
    expect(await api.readWebhook()).toEqual(view)
    expect(await api.readWebhook()).toEqual(view)
    expect(server.received.map(({ headers, path }) => [path, headers.authorization])).toEqual([
      ['/v1/users/login', BASIC],
      ['/v1/settings/application', 'Bearer token-1'],
      ['/v1/settings/application', 'Bearer token-1'],
    ])
  })

  it.each([[{ url: '' }], [{}], [null], [undefined]])('sees no URL in %j', async (webhooks) => {
    const api = await connect((request) =>
      isLogin(request) ? login('token-1') : settings(webhooks),
    )
    expect(await api.readWebhook()).toEqual({ url: null, from: null, subscribedFields: null })
  })

  it('logs in again when its token has ended', async () => {
    let valid = 'token-1'
    const api = await connect((request) => {
      if (isLogin(request)) return login(valid)
      return request.headers.authorization === `Bearer ${valid}` ? settings({}) : { status: 401 }
    })
    await api.readWebhook()
    valid = 'token-2'
    await api.readWebhook()
    expect(server.received.filter(isLogin)).toHaveLength(2)
  })

  it('sets and removes the URL, and marks messages as read', async () => {
    const api = await connect((request) => (isLogin(request) ? login('token-1') : {}))
    await api.setWebhook({ url: 'https://a/', verifyToken: null, headers: {} })
    await api.removeWebhook()
    await api.markRead('gBG/1')
    expect(server.received.slice(1).map(({ body, method, path }) => [method, path, body])).toEqual([
      ['PATCH', '/v1/settings/application', { webhooks: { url: 'https://a/' } }],
      ['PATCH', '/v1/settings/application', { webhooks: { url: '' } }],
      ['PUT', '/v1/messages/gBG%2F1', { status: 'read' }],
    ])
  })

  it('does not send a key that is no user and password', async () => {
    const api = await connect(() => login('token-1'), 'no-password')
    expect(await errorOf(api.readWebhook())).toMatchObject({ kind: 'key_invalid' })
    expect(server.received).toEqual([])
  })

  const errors = (code: number, details: string) => ({ errors: [{ code, title: 'x', details }] })
  it.each([
    ['key_invalid', { status: 401, body: errors(1005, KEY) }],
    ['rate_limited', { status: 429, body: {}, headers: { 'retry-after': '1' } }],
    ['rate_limited', { status: 400, body: errors(1015, 'slow down') }],
    ['refused', { status: 400, body: errors(1008, `parameter pass:word-1, ${KEY}`) }],
    ['unavailable', { status: 500, body: 'oops' }],
    ['unavailable', { status: 403, body: '<html>Request blocked</html>' }],
    ['key_invalid', { status: 403, body: errors(1005, KEY) }],
    ['key_invalid', { status: 403, body: errors(1, 'forbidden') }],
    ['not_found', { status: 404, body: errors(1006, 'unknown') }],
    ['answer_invalid', { body: '<p>please log in', headers: { 'content-type': 'text/html' } }],
  ])('gives %s for %j', async (kind, reply) => {
    const api = await connect((request) => (isLogin(request) ? login('token-1') : reply))
    const error = await errorOf(api.markRead('1'))
    expect(error).toMatchObject({ kind })
    expect(error.message).not.toContain('pass:word-1')
  })

  it.each([{ body: { users: [] } }, { body: {} }, { body: 'token' }])(
    'takes %j for no login',
    async (reply) => {
      const api = await connect(() => reply)
      expect(await errorOf(api.readWebhook())).toMatchObject({ kind: 'answer_invalid' })
    },
  )
})
