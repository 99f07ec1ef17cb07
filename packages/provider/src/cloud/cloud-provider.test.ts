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
import { createCloudProvider } from './cloud-provider.ts'

const KEY = 'EAAJ-token-1'
const ID = '106540352242922'
const success = { body: { success: true } }
let server: ScriptedServer
let provider: Provider
afterEach(async () => {
  await provider.close()
  await server.close()
})

async function connect(
  script: (request: Received) => Reply,
  change: Parameters<typeof buildNumber>[0] = {},
  readKey = async () => KEY,
): Promise<Provider> {
  server = await startScriptedServer(script)
  const number = buildNumber({ api: new URL('/v25.0', server.url), ...change })
  provider = createCloudProvider(number, { readKey, timeoutMs: 5_000 })
  return provider
}

const errorOf = async (work: Promise<unknown>): Promise<ProviderError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: ProviderError) => error,
  )
const graphError = (error: object, status = 400): Reply => ({ status, body: { error } })

describe('the Cloud API', () => {
  it.each([
    [
      { phone_number: 'https://a/', whatsapp_business_account: 'https://b/' },
      'https://a/',
      'number',
    ],
    [
      { whatsapp_business_account: 'https://b/', application: 'https://c/' },
      'https://b/',
      'account',
    ],
    [{ phone_number: '', application: 'https://c/' }, 'https://c/', 'application'],
    [{}, null, null],
    [undefined, null, null],
  ])('reads of %j what is in force', async (configuration, url, from) => {
    const api = await connect(() => ({ body: { webhook_configuration: configuration, id: ID } }))
    expect(await api.readWebhook()).toEqual({ url, from, subscribedFields: null })
    expect(server.received).toMatchObject([
      {
        method: 'GET',
        path: `/v25.0/${ID}?fields=webhook_configuration`,
        headers: { authorization: `Bearer ${KEY}` },
      },
    ])
  })

  it('reads the fields of the application, with its own token', async () => {
    const application = { id: '77', secret: 'app-secret-1' }
    const api = await connect(
      ({ path }) => {
        if (path.endsWith('/subscribed_apps')) {
          return { body: { data: [{ whatsapp_business_api_data: { id: '77', name: 'ours' } }] } }
        }
        if (!path.endsWith('/subscriptions')) return { body: { id: ID } }
        return {
          body: {
            data: [
              { object: 'page', active: true, fields: ['feed'] },
              {
                object: 'whatsapp_business_account',
                callback_url: 'https://a/',
                active: true,
                fields: [{ name: 'messages', version: 'v25.0' }, 'account_update'],
              },
            ],
          },
        }
      },
      { account: '5', application },
    )
    const { subscribedFields } = await api.readWebhook()
    expect(subscribedFields).toEqual(['messages', 'account_update'])
    const asked = server.received.find(({ path }) => path === '/v25.0/77/subscriptions')
    expect(asked?.headers.authorization).toBe('Bearer 77|app-secret-1')
  })

  it.each([
    ['no application', [], null],
    ['another application', [{ whatsapp_business_api_data: { id: '1' } }], '77'],
  ])('sees an account that is subscribed to %s', async (_, data, id) => {
    const application = id === null ? null : { id, secret: null }
    const reply = ({ path }: Received): Reply =>
      path.includes('subscribed_apps') ? { body: { data } } : { body: { id: ID } }
    const api = await connect(reply, { account: '5', application })
    expect((await api.readWebhook()).subscribedFields).toEqual([])
  })

  it('sets, and removes, the override of the number', async () => {
    const api = await connect(() => success)
    await api.setWebhook({ url: 'https://a/', verifyToken: 'verify-1', headers: {} })
    await api.removeWebhook()
    expect(server.received.map(({ body, method, path }) => [method, path, body])).toEqual([
      [
        'POST',
        `/v25.0/${ID}`,
        {
          webhook_configuration: { override_callback_uri: 'https://a/', verify_token: 'verify-1' },
        },
      ],
      ['POST', `/v25.0/${ID}`, { webhook_configuration: { override_callback_uri: '' } }],
    ])
  })

  it('subscribes the account only if it is not subscribed', async () => {
    let apps: readonly object[] = []
    const api = await connect(
      ({ method, path }) => {
        if (!path.includes('subscribed_apps')) return success
        if (method === 'GET') return { body: { data: apps } }
        apps = [{ whatsapp_business_api_data: { id: '77' } }]
        return success
      },
      { account: '5' },
    )
    const setting = { url: 'https://a/', verifyToken: 'verify-1', headers: {} }
    await api.setWebhook(setting)
    await api.setWebhook(setting)
    const posts = server.received.filter(({ method }) => method === 'POST')
    expect(posts.map(({ path }) => path)).toEqual([
      '/v25.0/5/subscribed_apps',
      `/v25.0/${ID}`,
      `/v25.0/${ID}`,
    ])
  })

  it('marks a message as read', async () => {
    const api = await connect(() => success)
    await api.markRead('wamid.1/2==')
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: `/v25.0/${ID}/messages`,
        body: { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1/2==' },
      },
    ])
  })

  it.each([
    ['key_invalid', graphError({ code: 190, message: `Malformed access token ${KEY}` }, 401)],
    ['key_invalid', graphError({ code: 10, message: 'no permission' }, 403)],
    ['key_invalid', graphError({ code: 200, message: 'no permission' }, 403)],
    ['rate_limited', graphError({ code: 80007, message: 'slow down' })],
    ['rate_limited', graphError({ code: 130429, message: 'slow down' }, 429)],
    ['handshake_failed', graphError({ code: 2200, message: '(#2200) callback failed' })],
    ['handshake_failed', graphError({ code: 100, message: 'Callback verification failed' })],
    ['url_refused', graphError({ code: 100, message: 'Invalid parameter' })],
    ['not_found', graphError({ code: 100, error_subcode: 33, message: 'Unsupported' })],
    ['unavailable', graphError({ code: 2, message: 'try again', is_transient: true }, 500)],
    ['unavailable', { status: 503, body: 'Service Unavailable' }],
    ['unavailable', graphError({ code: 999, message: 'odd', is_transient: true })],
    ['refused', graphError({ code: 999, message: 'odd' })],
    // Of whoever stands between: it says nothing of the key.
    ['unavailable', { status: 502, body: { error: { message: 'bad gateway' } } }],
    ['unavailable', { status: 403, body: '<html>Request blocked</html>' }],
    ['unavailable', { status: 403, body: { error: { message: 'blocked' } } }],
    ['refused', { status: 400, body: { error: { message: 'bad request', code: 'E1' } } }],
    ['key_invalid', { status: 401, body: { error: {} } }],
    ['key_invalid', graphError({ code: 0, message: 'AuthException' }, 401)],
    ['answer_invalid', { body: { success: false } }],
    ['answer_invalid', { body: 'success' }],
  ])('gives %s for %j', async (kind, reply) => {
    const api = await connect(() => reply)
    const setting = { url: 'https://a/', verifyToken: 'verify-1', headers: {} }
    const error = await errorOf(api.setWebhook(setting))
    expect(error).toMatchObject({ code: 'provider_error', kind })
    expect(error.message).not.toContain(KEY)
  })

  it('never repeats the key or the verify token in what it quotes', async () => {
    const message = `odd \u001B[31m ${KEY} and verify-me-please ${'x'.repeat(2_000)}`
    const api = await connect(() => graphError({ code: 999, message }))
    const error = await errorOf(api.removeWebhook())
    expect(error.message).toContain('odd [31m … and …')
    expect(error.message.length).toBeLessThan(400)
  })

  it.each([
    [{ 'retry-after': '30' }, 30_000],
    [{ 'x-business-use-case-usage': '{"5":[{"estimated_time_to_regain_access":19}]}' }, 1_140_000],
    [{ 'x-business-use-case-usage': 'not JSON' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '99999999999' }, 86_400_000],
    [{}, null],
  ])('reads of %j how long to wait', async (headers, retryAfterMs) => {
    const reply = graphError({ code: 4, message: 'too many' })
    const api = await connect(() => ({ ...reply, headers }))
    expect(await errorOf(api.readWebhook())).toMatchObject({ kind: 'rate_limited', retryAfterMs })
  })

  it('finds a key that has been rotated meanwhile, and asks for it no more than needed', async () => {
    let lying = 'former-key'
    let reads = 0
    const api = await connect(
      ({ headers }) =>
        headers.authorization === `Bearer ${KEY}`
          ? { body: { id: ID } }
          : graphError({ code: 190, message: 'expired' }, 401),
      {},
      async () => {
        reads += 1
        return lying
      },
    )
    expect(await errorOf(api.readWebhook())).toMatchObject({ kind: 'key_invalid' })
    lying = KEY
    await api.readWebhook()
    await api.readWebhook()
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer former-key',
      'Bearer former-key',
      `Bearer ${KEY}`,
      `Bearer ${KEY}`,
    ])
    expect(reads).toBe(3)
  })

  it('says that the key cannot be read', async () => {
    const readKey = async () => Promise.reject(new Error('/keys/shop cannot be read (EACCES)'))
    const api = await connect(() => success, {}, readKey)
    expect(await errorOf(api.readWebhook())).toMatchObject({
      kind: 'key_invalid',
      message: 'its key cannot be read: /keys/shop cannot be read (EACCES)',
    })
    expect(server.received).toEqual([])
  })
})
