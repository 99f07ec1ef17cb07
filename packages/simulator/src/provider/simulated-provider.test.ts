import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type SimulatedProvider, startSimulatedProvider } from './start-simulated-provider.ts'
import { eventually } from '@wabastream/testing'
import {
  startWebhookEndpoint,
  VERIFY_TOKEN,
  type WebhookEndpoint,
} from './webhook-endpoint.fixture.ts'

const ACCOUNT = '102290129340398'
const NUMBER = '106540352242922'
const DIALOG = '206540352242900'
const PREMISES = '306540352242900'
const bearer = { authorization: 'Bearer cloud-token' }

let endpoint: WebhookEndpoint
let provider: SimulatedProvider

beforeEach(async () => {
  endpoint = await startWebhookEndpoint()
  provider = await startSimulatedProvider({
    timeFactor: 10_000,
    partner: { id: 'ourPA', key: 'partner-key' },
    numbers: [
      {
        provider: 'cloud-api',
        numberId: NUMBER,
        displayNumber: '15550783881',
        accountId: ACCOUNT,
        key: 'cloud-token',
        messagesPerSecondMax: 5,
      },
      {
        provider: '360dialog',
        numberId: DIALOG,
        displayNumber: '4915112345678',
        accountId: '202290129340398',
        key: 'dialog-key',
      },
      {
        provider: 'on-premises',
        numberId: PREMISES,
        displayNumber: '442071234567',
        accountId: '',
        key: 'password',
      },
    ],
  })
})

afterEach(async () => {
  await provider.close()
  await endpoint.close()
})

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

async function ask(
  path: string,
  { body, headers = {}, method = 'GET' }: Asked = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${provider.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

const override = (url: string, token = VERIFY_TOKEN) => ({
  method: 'POST',
  headers: bearer,
  body: { webhook_configuration: { override_callback_uri: url, verify_token: token } },
})

const numberState = (numberId: string) =>
  provider.state().numbers.find((number) => number.numberId === numberId)

describe('the Cloud API', () => {
  it('sets the URL of a number after a handshake, and says where it came from', async () => {
    const url = `${endpoint.origin}/number`
    expect(await ask(`/v25.0/${NUMBER}`, override(url))).toEqual({
      status: 200,
      body: { success: true },
    })
    const asked = await ask(`/${NUMBER}?fields=webhook_configuration,display_phone_number`, {
      headers: bearer,
    })
    expect(asked.body).toEqual({
      webhook_configuration: { phone_number: url },
      display_phone_number: '15550783881',
      id: NUMBER,
    })
  })

  it('refuses a URL whose handshake fails', async () => {
    const { body, status } = await ask(`/${NUMBER}`, override(`${endpoint.origin}/x`, 'other'))
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 2200, type: 'OAuthException' } })
    expect(numberState(NUMBER)?.webhookUrl).toBeNull()
  })

  it('refuses a wrong token, an unknown field and an unknown number', async () => {
    const wrong = { headers: { authorization: 'Bearer other' } }
    expect(await ask(`/${NUMBER}`, wrong)).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    })
    expect(await ask(`/${NUMBER}?fields=nothing`, { headers: bearer })).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    })
    expect(await ask('/99', { headers: bearer })).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_subcode: 33 } },
    })
  })

  it('falls back from the number to the account to the app', async () => {
    const appToken = { authorization: 'Bearer 670843887433847|simulated-app-secret' }
    const subscriptions = '/670843887433847/subscriptions'
    await ask(subscriptions, {
      method: 'POST',
      headers: appToken,
      body: {
        object: 'whatsapp_business_account',
        callback_url: `${endpoint.origin}/app`,
        verify_token: VERIFY_TOKEN,
        fields: 'messages,account_update',
      },
    })
    expect(await ask(subscriptions, { headers: appToken })).toMatchObject({
      body: {
        data: [{ callback_url: `${endpoint.origin}/app`, fields: [{ name: 'messages' }, {}] }],
      },
    })
    const account = {
      override_callback_uri: `${endpoint.origin}/account`,
      verify_token: VERIFY_TOKEN,
    }
    const apps = `/v25.0/${ACCOUNT}/subscribed_apps`
    await ask(apps, { method: 'POST', headers: bearer, body: account })
    await ask(`/${NUMBER}`, override(`${endpoint.origin}/number`))
    const seen = []
    for (const change of [
      undefined,
      () => ask(`/${NUMBER}`, override('')),
      () => ask(apps, { method: 'POST', headers: bearer }),
    ]) {
      await change?.()
      seen.push(numberState(NUMBER)?.effectiveUrl)
    }
    expect(seen).toEqual(['number', 'account', 'app'].map((name) => `${endpoint.origin}/${name}`))
    await ask(apps, { method: 'DELETE', headers: bearer })
    expect(numberState(NUMBER)?.effectiveUrl).toBeNull()
    expect(await ask(apps, { method: 'POST', headers: bearer, body: account })).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    })
  })

  it('accepts a message, signs what becomes of it, and marks what came in as read', async () => {
    await ask(`/${NUMBER}`, override(`${endpoint.origin}/number`))
    const sent = await ask(`/v25.0/${NUMBER}/messages`, {
      method: 'POST',
      headers: bearer,
      body: { messaging_product: 'whatsapp', to: '+49 151 1', type: 'text', text: { body: 'Hi' } },
    })
    expect(sent).toMatchObject({
      status: 200,
      body: { contacts: [{ input: '+49 151 1', wa_id: '491511' }], messages: [{}] },
    })
    await eventually('a webhook', () => endpoint.arrivals.length > 0)
    for (const { body, headers } of endpoint.arrivals) {
      const digest = createHmac('sha256', 'simulated-app-secret').update(body).digest('hex')
      expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    }
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'unknown' }
    const path = `/${NUMBER}/messages`
    expect(await ask(path, { method: 'POST', headers: bearer, body: read })).toMatchObject({
      status: 400,
      body: { error: { code: 131_009 } },
    })
    const content = { type: 'text', text: { body: 'Hello' } }
    const id = provider.receive(NUMBER, { from: '491512', content })
    const body = { ...read, message_id: id }
    expect(await ask(path, { method: 'POST', headers: bearer, body })).toEqual({
      status: 200,
      body: { success: true },
    })
    expect(numberState(NUMBER)?.read).toMatchObject([{ messageId: id, times: 1 }])
  })

  it('marks no message as read that is older than 30 days', async () => {
    const receive = async (daysAgo: number): Promise<string> => {
      const path = `/simulator/numbers/${NUMBER}/messages`
      const { body } = await ask(path, { method: 'POST', body: { daysAgo } })
      return String(Object(body).messages[0].id)
    }
    const mark = async (messageId: string): Promise<number> => {
      const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId }
      return (await ask(`/${NUMBER}/messages`, { method: 'POST', headers: bearer, body })).status
    }
    expect([await mark(await receive(29)), await mark(await receive(31))]).toEqual([200, 400])
  })

  it('refuses what is more than a number may send in a second', async () => {
    const body = { messaging_product: 'whatsapp', to: '491511', type: 'text', text: { body: 'Hi' } }
    const asked = { method: 'POST', headers: bearer, body }
    const path = `/${NUMBER}/messages`
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(path, asked)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ body: { error: { code: 130_429 } } })
    expect(numberState(NUMBER)?.sentCount).toBe(200 - refused.length)
  })
})

describe('360dialog', () => {
  const key = (value: string) => ({ 'd360-api-key': value })

  it('sets, reads and removes the webhook, and signs with a bare digest', async () => {
    const url = `${endpoint.origin}/dialog`
    const headers = key('dialog-key')
    const body = { url, headers: { 'x-partner-auth': 'ours' } }
    await ask('/v1/configs/webhook', { method: 'POST', headers, body })
    expect(await ask('/v1/configs/webhook', { headers })).toMatchObject({ body: { url } })
    provider.receive(DIALOG, { from: '491512', content: { type: 'text', text: { body: 'Hello' } } })
    await eventually('the webhook', () => endpoint.arrivals.length === 1)
    const arrival = endpoint.arrivals[0]
    const digest = createHmac('sha256', 'simulated-platform-secret').update(arrival?.body ?? '')
    expect(arrival?.headers['x-360dialog-signature']).toBe(digest.digest('hex'))
    expect(arrival?.headers['x-partner-auth']).toBe('ours')
    expect(await ask('/v1/configs/webhook', { method: 'DELETE', headers })).toMatchObject({
      status: 204,
    })
    expect(await ask('/v1/configs/webhook', { headers })).toMatchObject({ body: { url: '' } })
  })

  it('revokes the old key and removes the webhook with a new one, and keeps what comes', async () => {
    const url = `${endpoint.origin}/dialog`
    const path = '/v1/configs/webhook'
    await ask(path, { method: 'POST', headers: key('dialog-key'), body: { url } })
    const made = await ask(`/api/v2/partners/ourPA/channels/${DIALOG}/api_keys`, {
      method: 'POST',
      headers: { 'x-api-key': 'partner-key' },
    })
    expect(made).toMatchObject({ status: 201, body: { api_key: expect.any(String) } })
    expect(await ask(path, { headers: key('dialog-key') })).toMatchObject({ status: 401 })
    provider.receive(DIALOG, { from: '491512', content: { type: 'text', text: { body: 'Hello' } } })
    expect(numberState(DIALOG)?.queue.waiting).toBe(1)
    const next = Object(made.body)['api_key']
    await ask(path, { method: 'POST', headers: key(next), body: { url } })
    await eventually('the webhook', () => endpoint.arrivals.length === 1)
    expect(numberState(DIALOG)?.queue).toMatchObject({ waiting: 0, acknowledged: 1 })
  })
})

describe('the client on premises', () => {
  it('logs in, sets the webhook, sends, and marks as read', async () => {
    const basic = `Basic ${Buffer.from('admin:password').toString('base64')}`
    const login = await ask('/v1/users/login', {
      method: 'POST',
      headers: { authorization: basic },
    })
    const token: unknown = Object(login.body).users[0].token
    const headers = { authorization: `Bearer ${String(token)}` }
    const url = `${endpoint.origin}/premises`
    await ask('/v1/settings/application', { method: 'PATCH', headers, body: { webhooks: { url } } })
    expect(await ask('/v1/settings/application', { headers })).toMatchObject({
      body: { settings: { application: { webhooks: { url } } } },
    })
    const body = { to: '491511', type: 'text', text: { body: 'Hi' } }
    expect(await ask('/v1/messages', { method: 'POST', headers, body })).toMatchObject({
      status: 201,
    })
    const content = { type: 'text', text: { body: 'Hello' } }
    const id = provider.receive(PREMISES, { from: '491512', content })
    const read = { method: 'PUT', headers, body: { status: 'read' } }
    expect(await ask(`/v1/messages/${id}`, read)).toMatchObject({ status: 200 })
    expect(numberState(PREMISES)?.read).toMatchObject([{ messageId: id }])
    await eventually('a webhook', () => endpoint.arrivals.length > 0)
    const first: unknown = JSON.parse(String(endpoint.arrivals[0]?.body))
    expect(first).not.toHaveProperty('entry')
  })
})

describe('the control API', () => {
  it('lets the API fail in the way that is asked for, of one number or of all', async () => {
    const fault = (value: string | null) => ({ method: 'PUT', body: { fault: value } })
    await ask(`/simulator/numbers/${NUMBER}/fault`, fault('rate_limited'))
    expect(await ask(`/${NUMBER}`, { headers: bearer })).toMatchObject({
      status: 429,
      body: { error: { code: 80_007 } },
    })
    await ask(`/simulator/numbers/${NUMBER}/fault`, fault(null))
    expect(await ask(`/${NUMBER}`, { headers: bearer })).toMatchObject({ status: 200 })
    await ask('/simulator/fault', fault('away'))
    await expect(ask(`/${NUMBER}`, { headers: bearer })).rejects.toThrow('fetch failed')
    await ask('/simulator/fault', fault('redirect'))
    expect(await fetch(`${provider.url}/${NUMBER}`, { headers: bearer })).toMatchObject({
      redirected: true,
    })
    expect(provider.state().elsewhere).toBe(1)
  })

  it('lets customers write, and tells a wrong request from a right one', async () => {
    const made = await ask(`/simulator/numbers/${NUMBER}/messages`, {
      method: 'POST',
      body: { count: 3 },
    })
    expect(made).toMatchObject({ status: 201, body: { messages: [{}, {}, {}] } })
    expect(numberState(NUMBER)).toMatchObject({ receivedCount: 3, queue: { waiting: 3 } })
    expect(await ask('/simulator/numbers/1')).toMatchObject({ status: 404 })
    const wrong = { method: 'PUT', body: { fault: 'tired' } }
    expect(await ask('/simulator/fault', wrong)).toMatchObject({ status: 400 })
  })

  it('makes keys of the Cloud API beside the earlier ones, or instead of them', async () => {
    const statusWith = async (key: unknown): Promise<number> => {
      const headers = { authorization: `Bearer ${String(key)}` }
      return (await ask(`/${NUMBER}`, { headers })).status
    }
    const make = async (body?: object): Promise<unknown> =>
      Object((await ask(`/simulator/numbers/${NUMBER}/key`, { method: 'POST', body })).body).key
    const second = await make()
    expect([await statusWith('cloud-token'), await statusWith(second)]).toEqual([200, 200])
    const third = await make({ revokesEarlier: true })
    expect([await statusWith(second), await statusWith(third)]).toEqual([401, 200])
  })

  it('shows no key', async () => {
    const { body } = await ask('/simulator/state')
    expect(JSON.stringify(body)).not.toMatch(/cloud-token|dialog-key|password|secret/)
  })
})

describe('events of an account', () => {
  it('go to the app, whatever URL a number has, and only of fields that it subscribed to', async () => {
    await ask('/670843887433847/subscriptions', {
      method: 'POST',
      headers: { authorization: 'Bearer 670843887433847|simulated-app-secret' },
      body: {
        object: 'whatsapp_business_account',
        callback_url: `${endpoint.origin}/app`,
        verify_token: VERIFY_TOKEN,
        fields: ['messages', 'account_update'],
      },
    })
    await ask(`/${NUMBER}`, override(`${endpoint.origin}/number`))
    const path = `/simulator/numbers/${NUMBER}/events`
    for (const field of ['template_category_update', 'account_update', 'history']) {
      await ask(path, { method: 'POST', body: { field, value: { event: 'x' } } })
    }
    provider.receive(NUMBER, { from: '491512', content: { type: 'text', text: { body: 'Hello' } } })
    await eventually('both have come', () => endpoint.arrivals.length === 2)
    expect(endpoint.arrivals.map((arrival) => arrival.path).toSorted()).toEqual(['/app', '/number'])
    const [account] = provider.state().accounts
    expect(account?.queue).toMatchObject({ offered: 1, acknowledged: 1 })
  })
})

describe('delivery', () => {
  it('tries again until a webhook is acknowledged, and says how often', async () => {
    endpoint.status = 503
    await ask(`/${NUMBER}`, override(`${endpoint.origin}/number`))
    provider.receive(NUMBER, { from: '491512', content: { type: 'text', text: { body: 'Hello' } } })
    await eventually('retries', () => (numberState(NUMBER)?.queue.retries ?? 0) > 2)
    endpoint.status = 200
    await eventually('an ack', () => numberState(NUMBER)?.queue.acknowledged === 1)
  })
})
