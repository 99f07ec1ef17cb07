import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { eventually } from '@wabastream/testing'
import { ACCOUNT, bearer, NUMBER, openProviderScene, override } from './provider-scene.fixture.ts'
import { VERIFY_TOKEN } from './webhook-endpoint.fixture.ts'

let scene: Awaited<ReturnType<typeof openProviderScene>>
beforeEach(async () => {
  scene = await openProviderScene()
})
afterEach(() => scene.close())

describe('the Cloud API', () => {
  it('sets the URL of a number after a handshake, and says where it came from', async () => {
    const url = `${scene.endpoint.origin}/number`
    expect(await scene.ask(`/v25.0/${NUMBER}`, override(url))).toEqual({
      status: 200,
      body: { success: true },
    })
    const asked = await scene.ask(`/${NUMBER}?fields=webhook_configuration,display_phone_number`, {
      headers: bearer,
    })
    expect(asked.body).toEqual({
      webhook_configuration: { phone_number: url },
      display_phone_number: '15550783881',
      id: NUMBER,
    })
  })

  it('refuses a URL whose handshake fails', async () => {
    const { body, status } = await scene.ask(
      `/${NUMBER}`,
      override(`${scene.endpoint.origin}/x`, 'other'),
    )
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { code: 2200, type: 'OAuthException' } })
    expect(scene.numberState(NUMBER)?.webhookUrl).toBeNull()
  })

  it('refuses a wrong token, an unknown field and an unknown number', async () => {
    const wrong = { headers: { authorization: 'Bearer other' } }
    expect(await scene.ask(`/${NUMBER}`, wrong)).toMatchObject({
      status: 401,
      body: { error: { code: 190 } },
    })
    expect(await scene.ask(`/${NUMBER}?fields=nothing`, { headers: bearer })).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    })
    expect(await scene.ask('/99', { headers: bearer })).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_subcode: 33 } },
    })
  })

  it('falls back from the number to the account to the app', async () => {
    const appToken = { authorization: 'Bearer 670843887433847|simulated-app-secret' }
    const subscriptions = '/670843887433847/subscriptions'
    await scene.ask(subscriptions, {
      method: 'POST',
      headers: appToken,
      body: {
        object: 'whatsapp_business_account',
        callback_url: `${scene.endpoint.origin}/app`,
        verify_token: VERIFY_TOKEN,
        fields: 'messages,account_update',
      },
    })
    expect(await scene.ask(subscriptions, { headers: appToken })).toMatchObject({
      body: {
        data: [
          { callback_url: `${scene.endpoint.origin}/app`, fields: [{ name: 'messages' }, {}] },
        ],
      },
    })
    const account = {
      override_callback_uri: `${scene.endpoint.origin}/account`,
      verify_token: VERIFY_TOKEN,
    }
    const apps = `/v25.0/${ACCOUNT}/subscribed_apps`
    await scene.ask(apps, { method: 'POST', headers: bearer, body: account })
    await scene.ask(`/${NUMBER}`, override(`${scene.endpoint.origin}/number`))
    const seen = []
    for (const change of [
      undefined,
      () => scene.ask(`/${NUMBER}`, override('')),
      () => scene.ask(apps, { method: 'POST', headers: bearer }),
    ]) {
      await change?.()
      seen.push(scene.numberState(NUMBER)?.effectiveUrl)
    }
    expect(seen).toEqual(
      ['number', 'account', 'app'].map((name) => `${scene.endpoint.origin}/${name}`),
    )
    await scene.ask(apps, { method: 'DELETE', headers: bearer })
    expect(scene.numberState(NUMBER)?.effectiveUrl).toBeNull()
    expect(await scene.ask(apps, { method: 'POST', headers: bearer, body: account })).toMatchObject(
      {
        status: 400,
        body: { error: { code: 100 } },
      },
    )
  })

  it('accepts a message, signs what becomes of it, and marks what came in as read', async () => {
    await scene.ask(`/${NUMBER}`, override(`${scene.endpoint.origin}/number`))
    const sent = await scene.ask(`/v25.0/${NUMBER}/messages`, {
      method: 'POST',
      headers: bearer,
      body: { messaging_product: 'whatsapp', to: '+49 151 1', type: 'text', text: { body: 'Hi' } },
    })
    expect(sent).toMatchObject({
      status: 200,
      body: { contacts: [{ input: '+49 151 1', wa_id: '491511' }], messages: [{}] },
    })
    await eventually('a webhook', () => scene.endpoint.arrivals.length > 0)
    for (const { body, headers } of scene.endpoint.arrivals) {
      const digest = createHmac('sha256', 'simulated-app-secret').update(body).digest('hex')
      expect(headers['x-hub-signature-256']).toBe(`sha256=${digest}`)
    }
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'unknown' }
    const path = `/${NUMBER}/messages`
    expect(await scene.ask(path, { method: 'POST', headers: bearer, body: read })).toMatchObject({
      status: 400,
      body: { error: { code: 131_009 } },
    })
    const content = { type: 'text', text: { body: 'Hello' } }
    const id = scene.provider.receive(NUMBER, { from: '491512', content })
    const body = { ...read, message_id: id }
    expect(await scene.ask(path, { method: 'POST', headers: bearer, body })).toEqual({
      status: 200,
      body: { success: true },
    })
    expect(scene.numberState(NUMBER)?.read).toMatchObject([{ messageId: id, times: 1 }])
  })

  it('marks no message as read that is older than 30 days', async () => {
    const receive = async (daysAgo: number): Promise<string> => {
      const path = `/simulator/numbers/${NUMBER}/messages`
      const { body } = await scene.ask(path, { method: 'POST', body: { daysAgo } })
      return String(Object(body).messages[0].id)
    }
    const mark = async (messageId: string): Promise<number> => {
      const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId }
      return (await scene.ask(`/${NUMBER}/messages`, { method: 'POST', headers: bearer, body }))
        .status
    }
    expect([await mark(await receive(29)), await mark(await receive(31))]).toEqual([200, 400])
  })

  it('refuses what is more than a number may send in a second', async () => {
    const body = { messaging_product: 'whatsapp', to: '491511', type: 'text', text: { body: 'Hi' } }
    const asked = { method: 'POST', headers: bearer, body }
    const path = `/${NUMBER}/messages`
    const answers = await Promise.all(Array.from({ length: 200 }, () => scene.ask(path, asked)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ body: { error: { code: 130_429 } } })
    expect(scene.numberState(NUMBER)?.sentCount).toBe(200 - refused.length)
  })
})
