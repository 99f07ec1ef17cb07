import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import {
  bearer,
  DIALOG,
  NUMBER,
  openProviderScene,
  override,
  PREMISES,
} from './provider-scene.fixture.ts'
import { VERIFY_TOKEN } from './webhook-endpoint.fixture.ts'

let scene: Awaited<ReturnType<typeof openProviderScene>>
beforeEach(async () => {
  scene = await openProviderScene()
})
afterEach(() => scene.close())

describe('360dialog', () => {
  const key = (value: string) => ({ 'd360-api-key': value })

  it('sets, reads and removes the webhook, and signs with a bare digest', async () => {
    const url = `${scene.endpoint.origin}/dialog`
    const headers = key('dialog-key')
    const body = { url, headers: { 'x-partner-auth': 'ours' } }
    await scene.ask('/v1/configs/webhook', { method: 'POST', headers, body })
    expect(await scene.ask('/v1/configs/webhook', { headers })).toMatchObject({ body: { url } })
    scene.provider.receive(DIALOG, {
      from: '491512',
      content: { type: 'text', text: { body: 'Hello' } },
    })
    await eventually('the webhook', () => scene.endpoint.arrivals.length === 1)
    const arrival = scene.endpoint.arrivals[0]
    const digest = createHmac('sha256', 'simulated-platform-secret').update(arrival?.body ?? '')
    expect(arrival?.headers['x-360dialog-signature']).toBe(digest.digest('hex'))
    expect(arrival?.headers['x-partner-auth']).toBe('ours')
    expect(await scene.ask('/v1/configs/webhook', { method: 'DELETE', headers })).toMatchObject({
      status: 204,
    })
    expect(await scene.ask('/v1/configs/webhook', { headers })).toMatchObject({ body: { url: '' } })
  })

  it('revokes the old key and removes the webhook with a new one, and keeps what comes', async () => {
    const url = `${scene.endpoint.origin}/dialog`
    const path = '/v1/configs/webhook'
    await scene.ask(path, { method: 'POST', headers: key('dialog-key'), body: { url } })
    const made = await scene.ask(`/api/v2/partners/ourPA/channels/${DIALOG}/api_keys`, {
      method: 'POST',
      headers: { 'x-api-key': 'partner-key' },
    })
    expect(made).toMatchObject({ status: 201, body: { api_key: expect.any(String) } })
    expect(await scene.ask(path, { headers: key('dialog-key') })).toMatchObject({ status: 401 })
    scene.provider.receive(DIALOG, {
      from: '491512',
      content: { type: 'text', text: { body: 'Hello' } },
    })
    expect(scene.numberState(DIALOG)?.queue.waiting).toBe(1)
    const next = Object(made.body)['api_key']
    await scene.ask(path, { method: 'POST', headers: key(next), body: { url } })
    await eventually('the webhook', () => scene.endpoint.arrivals.length === 1)
    expect(scene.numberState(DIALOG)?.queue).toMatchObject({ waiting: 0, acknowledged: 1 })
  })
})

describe('the client on premises', () => {
  it('logs in, sets the webhook, sends, and marks as read', async () => {
    const basic = `Basic ${Buffer.from('admin:password').toString('base64')}`
    const login = await scene.ask('/v1/users/login', {
      method: 'POST',
      headers: { authorization: basic },
    })
    const token: unknown = Object(login.body).users[0].token
    const headers = { authorization: `Bearer ${String(token)}` }
    const url = `${scene.endpoint.origin}/premises`
    await scene.ask('/v1/settings/application', {
      method: 'PATCH',
      headers,
      body: { webhooks: { url } },
    })
    expect(await scene.ask('/v1/settings/application', { headers })).toMatchObject({
      body: { settings: { application: { webhooks: { url } } } },
    })
    const body = { to: '491511', type: 'text', text: { body: 'Hi' } }
    expect(await scene.ask('/v1/messages', { method: 'POST', headers, body })).toMatchObject({
      status: 201,
    })
    const content = { type: 'text', text: { body: 'Hello' } }
    const id = scene.provider.receive(PREMISES, { from: '491512', content })
    const read = { method: 'PUT', headers, body: { status: 'read' } }
    expect(await scene.ask(`/v1/messages/${id}`, read)).toMatchObject({ status: 200 })
    expect(scene.numberState(PREMISES)?.read).toMatchObject([{ messageId: id }])
    await eventually('a webhook', () => scene.endpoint.arrivals.length > 0)
    const first: unknown = JSON.parse(String(scene.endpoint.arrivals[0]?.body))
    expect(first).not.toHaveProperty('entry')
  })
})

describe('the control API', () => {
  it('lets the API fail in the way that is asked for, of one number or of all', async () => {
    const fault = (value: string | null) => ({ method: 'PUT', body: { fault: value } })
    await scene.ask(`/simulator/numbers/${NUMBER}/fault`, fault('rate_limited'))
    expect(await scene.ask(`/${NUMBER}`, { headers: bearer })).toMatchObject({
      status: 429,
      body: { error: { code: 80_007 } },
    })
    await scene.ask(`/simulator/numbers/${NUMBER}/fault`, fault(null))
    expect(await scene.ask(`/${NUMBER}`, { headers: bearer })).toMatchObject({ status: 200 })
    await scene.ask('/simulator/fault', fault('away'))
    await expect(scene.ask(`/${NUMBER}`, { headers: bearer })).rejects.toThrow('fetch failed')
    await scene.ask('/simulator/fault', fault('redirect'))
    expect(await fetch(`${scene.provider.url}/${NUMBER}`, { headers: bearer })).toMatchObject({
      redirected: true,
    })
    expect(scene.provider.state().elsewhere).toBe(1)
  })

  it('lets customers write, and tells a wrong request from a right one', async () => {
    const made = await scene.ask(`/simulator/numbers/${NUMBER}/messages`, {
      method: 'POST',
      body: { count: 3 },
    })
    expect(made).toMatchObject({ status: 201, body: { messages: [{}, {}, {}] } })
    expect(scene.numberState(NUMBER)).toMatchObject({ receivedCount: 3, queue: { waiting: 3 } })
    expect(await scene.ask('/simulator/numbers/1')).toMatchObject({ status: 404 })
    const wrong = { method: 'PUT', body: { fault: 'tired' } }
    expect(await scene.ask('/simulator/fault', wrong)).toMatchObject({ status: 400 })
  })

  it('makes keys of the Cloud API beside the earlier ones, or instead of them', async () => {
    const statusWith = async (key: unknown): Promise<number> => {
      const headers = { authorization: `Bearer ${String(key)}` }
      return (await scene.ask(`/${NUMBER}`, { headers })).status
    }
    const make = async (body?: object): Promise<unknown> =>
      Object((await scene.ask(`/simulator/numbers/${NUMBER}/key`, { method: 'POST', body })).body)
        .key
    const second = await make()
    expect([await statusWith('cloud-token'), await statusWith(second)]).toEqual([200, 200])
    const third = await make({ revokesEarlier: true })
    expect([await statusWith(second), await statusWith(third)]).toEqual([401, 200])
  })

  it('shows no key', async () => {
    const { body } = await scene.ask('/simulator/state')
    expect(JSON.stringify(body)).not.toMatch(/cloud-token|dialog-key|password|secret/)
  })
})

describe('events of an account', () => {
  it('go to the app, whatever URL a number has, and only of fields that it subscribed to', async () => {
    await scene.ask('/670843887433847/subscriptions', {
      method: 'POST',
      headers: { authorization: 'Bearer 670843887433847|simulated-app-secret' },
      body: {
        object: 'whatsapp_business_account',
        callback_url: `${scene.endpoint.origin}/app`,
        verify_token: VERIFY_TOKEN,
        fields: ['messages', 'account_update'],
      },
    })
    await scene.ask(`/${NUMBER}`, override(`${scene.endpoint.origin}/number`))
    const path = `/simulator/numbers/${NUMBER}/events`
    for (const field of ['template_category_update', 'account_update', 'history']) {
      await scene.ask(path, { method: 'POST', body: { field, value: { event: 'x' } } })
    }
    scene.provider.receive(NUMBER, {
      from: '491512',
      content: { type: 'text', text: { body: 'Hello' } },
    })
    await eventually('both have come', () => scene.endpoint.arrivals.length === 2)
    expect(scene.endpoint.arrivals.map((arrival) => arrival.path).toSorted()).toEqual([
      '/app',
      '/number',
    ])
    const [account] = scene.provider.state().accounts
    expect(account?.queue).toMatchObject({ offered: 1, acknowledged: 1 })
  })
})

describe('delivery', () => {
  it('tries again until a webhook is acknowledged, and says how often', async () => {
    scene.endpoint.status = 503
    await scene.ask(`/${NUMBER}`, override(`${scene.endpoint.origin}/number`))
    scene.provider.receive(NUMBER, {
      from: '491512',
      content: { type: 'text', text: { body: 'Hello' } },
    })
    await eventually('retries', () => (scene.numberState(NUMBER)?.queue.retries ?? 0) > 2)
    scene.endpoint.status = 200
    await eventually('an ack', () => scene.numberState(NUMBER)?.queue.acknowledged === 1)
  })
})
