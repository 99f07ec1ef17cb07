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
import { createDialog360Provider } from './dialog360-provider.ts'

const KEY = 'd360-key-1'
let server: ScriptedServer
let provider: Provider
afterEach(async () => {
  await provider.close()
  await server.close()
})

async function connect(
  script: (request: Received) => Reply,
  hasPartner = false,
): Promise<Provider> {
  server = await startScriptedServer(script)
  const partner = { api: server.url, id: 'abcPA', channel: 'xyzCH', key: 'partner-key-1' }
  const number = buildNumber({
    provider: '360dialog',
    api: server.url,
    partner: hasPartner ? partner : null,
  })
  provider = createDialog360Provider(number, { readKey: async () => KEY, timeoutMs: 5_000 })
  return provider
}

const errorOf = async (work: Promise<unknown>): Promise<ProviderError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: ProviderError) => error,
  )
const isOwn = ({ path }: Received): boolean => path === '/v1/configs/webhook'

const NONE = { status: 404, body: { meta: { developer_message: 'no webhook' } } }

describe('360dialog', () => {
  it.each([
    [{ body: { url: 'https://a/' } }, { body: { url: 'https://b/' } }, 'https://a/', 'number'],
    [{ body: { url: '' } }, { body: { url: 'https://b/' } }, 'https://b/', 'account'],
    [{ body: { url: null } }, { status: 404, body: 'not found' }, null, null],
    [NONE, { body: {} }, null, null],
    [NONE, { status: 403, body: { error: 'The endpoint is blocked' } }, null, null],
    [NONE, { status: 405 }, null, null],
  ])('reads of %j and %j what is in force', async (own, account, url, from) => {
    const api = await connect((request) => (isOwn(request) ? own : account))
    expect(await api.readWebhook()).toEqual({ url, from, subscribedFields: null })
    expect(server.received[0]).toMatchObject({ method: 'GET', headers: { 'd360-api-key': KEY } })
  })

  it('sets the URL with its headers, and removes it', async () => {
    const api = await connect(({ body }) => ({ body }))
    await api.setWebhook({ url: 'https://a/', verifyToken: null, headers: { 'X-Key': 'b' } })
    await api.setWebhook({ url: 'https://a/', verifyToken: null, headers: {} })
    await api.removeWebhook()
    expect(server.received.map(({ body, method, path }) => [method, path, body])).toEqual([
      ['POST', '/v1/configs/webhook', { url: 'https://a/', headers: { 'X-Key': 'b' } }],
      ['POST', '/v1/configs/webhook', { url: 'https://a/' }],
      ['DELETE', '/v1/configs/webhook', ''],
    ])
  })

  it('takes a webhook that is gone already for removed', async () => {
    const api = await connect(() => NONE)
    await api.removeWebhook()
    expect(server.received).toHaveLength(1)
  })

  it.each([
    { status: 404, body: '<html>not found</html>' },
    { status: 404, body: {} },
  ])('does not take %j, which any server says, for a webhook that is gone', async (reply) => {
    const api = await connect(() => reply)
    const kind = 'answer_invalid'
    expect(await errorOf(api.readWebhook())).toMatchObject({ kind })
    expect(await errorOf(api.removeWebhook())).toMatchObject({ kind })
  })

  it('marks a message as read', async () => {
    const api = await connect(() => ({ body: { success: true } }))
    await api.markRead('wamid.1')
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/messages',
        body: { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.1' },
      },
    ])
  })

  it('asks the partner API for a key, and has no API for it without a partner', async () => {
    const reply = { status: 201, body: { address: 'https://x', api_key: 'new-key-1', id: '1' } }
    const api = await connect(() => reply, true)
    expect(await api.createKey?.()).toBe('new-key-1')
    expect(server.received).toMatchObject([
      {
        method: 'POST',
        path: '/api/v2/partners/abcPA/channels/xyzCH/api_keys',
        headers: { 'x-api-key': 'partner-key-1' },
      },
    ])
    await api.close()
    await server.close()
    expect((await connect(() => reply)).createKey).toBeNull()
  })

  it.each([
    ['answer_invalid', { body: { api_key: 17 } }],
    ['answer_invalid', { body: { api_key: '' } }],
    ['key_invalid', { status: 403, body: { meta: { developer_message: 'denied' } } }],
    ['not_found', { status: 404 }],
  ])('gives %s for %j instead of a key', async (kind, reply) => {
    const api = await connect(() => reply, true)
    const error = await errorOf(api.createKey?.() ?? Promise.resolve())
    expect(error).toMatchObject({ kind })
    expect(error.message).not.toContain('partner-key-1')
  })

  it.each([
    ['key_invalid', { status: 401, body: { error: `Invalid api_key ${KEY}` } }],
    ['key_invalid', { status: 400, body: { meta: { developer_message: 'Invalid api_key' } } }],
    ['refused', { status: 403, body: { error: 'The endpoint is blocked' } }],
    ['rate_limited', { status: 429, headers: { 'retry-after': '2' } }],
    [
      'rate_limited',
      { status: 400, body: { meta: { developer_message: 'exceeded the endpoint rate limit' } } },
    ],
    ['rate_limited', { status: 400, body: { error: { message: 'throttled', code: 130429 } } }],
    ['url_refused', { status: 400, body: { meta: { developer_message: `bad ${KEY}` } } }],
    ['unavailable', { status: 502, body: '<html>' }],
    ['unavailable', { status: 403, body: '<html>Request blocked</html>' }],
    ['key_invalid', { status: 403, body: { error: 'Forbidden' } }],
    ['refused', { status: 301 + 100 + 1 }],
  ])('gives %s for %j', async (kind, reply) => {
    const api = await connect(() => reply)
    const work =
      kind === 'refused'
        ? api.removeWebhook()
        : api.setWebhook({ url: 'https://a/', verifyToken: null, headers: {} })
    const error = await errorOf(work)
    expect(error).toMatchObject({ kind })
    expect(error.message).not.toContain(KEY)
  })

  it.each([{ body: { url: 17 } }, { body: [] }, { body: '<html>' }, { body: '"text"' }])(
    'takes %j for an invalid answer',
    async (reply) => {
      const api = await connect(() => reply)
      expect(await errorOf(api.readWebhook())).toMatchObject({ kind: 'answer_invalid' })
    },
  )

  it.each(['', 'OK'])('takes %j for a mark, though it is said to be a page', async (body) => {
    const api = await connect(() => ({ body, headers: { 'content-type': 'text/html' } }))
    await expect(api.markRead('1')).resolves.toBeUndefined()
  })

  it('takes a page for no answer: what stands between wants a login', async () => {
    const page = { body: '<p>please log in', headers: { 'content-type': 'text/html' } }
    const api = await connect(() => page)
    expect(await errorOf(api.markRead('1'))).toMatchObject({ kind: 'answer_invalid' })
  })
})
