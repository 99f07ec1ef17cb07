// Goal: adapters and judge are right about a provider that speaks the real APIs. Method: a
// simulated provider on this machine, which was written by the same pages and not for these
// adapters; each state is produced once, as it comes about.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type SimulatedProvider, startSimulatedProvider } from '@wabastream/simulator'
import { openCredentialStore } from '../credentials/open-store.ts'
import { type ScriptedServer, startScriptedServer } from '../http/scripted-server.fixture.ts'
import { type NumberState } from '../judging/judge.ts'
import { readStatus } from '../judging/read-status.ts'
import { tryRoundTrip } from '../judging/round-trip.ts'
import { type NumberEntry } from '../numbers/number-entry.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { type Provider } from '../port/provider.ts'
import { type ProviderError } from '../port/provider-error.ts'
import { runRotation } from '../rotation/run-rotation.ts'
import { connectNumber, connectProvider } from './connect-provider.ts'

const VERIFY_TOKEN = 'verify-me-please'
const APP = { id: '670843887433847', secret: 'simulated-app-secret' }
const ids = { shop: '106540352242922', desk: '206540352242900', old: '306540352242900' }
const keys = { shop: 'cloud-token', desk: 'dialog-key', old: 'admin:password' }
type Alias = keyof typeof ids

let endpoint: ScriptedServer
let simulated: SimulatedProvider
let folder: string
const connected: Provider[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'numbers-'))
  endpoint = await startScriptedServer(({ path }) => {
    const query = new URL(path, 'http://a').searchParams
    return query.get('hub.verify_token') === VERIFY_TOKEN
      ? { body: query.get('hub.challenge') ?? '' }
      : { status: query.has('hub.mode') ? 403 : 200 }
  })
  const common = { displayNumber: '15550783881', accountId: '102290129340398' }
  simulated = await startSimulatedProvider({
    partner: { id: 'ourPA', key: 'partner-key-1' },
    app: { ...APP, fields: ['messages'] },
    numbers: [
      { ...common, provider: 'cloud-api', numberId: ids.shop, key: keys.shop },
      { ...common, provider: '360dialog', numberId: ids.desk, key: keys.desk, accountId: '2' },
      { ...common, provider: 'on-premises', numberId: ids.old, key: 'password', accountId: '' },
    ],
  })
})
afterEach(async () => {
  await Promise.all(connected.splice(0).map((provider) => provider.close()))
  await simulated.close()
  await endpoint.close()
  await rm(folder, { recursive: true })
})

async function numberOf(alias: Alias, change: Partial<NumberEntry> = {}): Promise<NumberEntry> {
  const path = join(folder, alias)
  await writeFile(path, keys[alias])
  const url = new URL(`/webhooks/${alias}`, endpoint.url).href
  const api = new URL(alias === 'shop' ? '/v25.0' : '/', simulated.url)
  const partner = { api, id: 'ourPA', channel: ids.desk, key: 'partner-key-1' }
  return buildNumber({
    alias,
    provider: ({ shop: 'cloud', desk: '360dialog', old: 'onprem' } as const)[alias],
    id: ids[alias],
    account: alias === 'shop' ? '102290129340398' : null,
    application: alias === 'shop' ? APP : null,
    partner: alias === 'desk' ? partner : null,
    api,
    credential: { kind: 'file', path },
    webhook: { url, shownUrl: url, pathToken: null, verifyToken: VERIFY_TOKEN, headers: {} },
    ...change,
  })
}

function connect(number: NumberEntry): Provider {
  const provider = connectNumber(number, {}, { timeoutMs: 2_000 })
  connected.push(provider)
  return provider
}

async function stateOf(number: NumberEntry): Promise<NumberState> {
  return (await readStatus(connect(number), number)).state
}

/** As somebody does who uses the Graph API by hand. */
async function graph(path: string, body: object, token = keys.shop): Promise<void> {
  const response = await fetch(`${simulated.url}/v25.0/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(response.status).toBe(200)
}

function subscribeApplication(callbackUrl: string): Promise<void> {
  const object = 'whatsapp_business_account'
  const callback = { callback_url: callbackUrl, verify_token: VERIFY_TOKEN, fields: 'messages' }
  return graph(`${APP.id}/subscriptions`, { object, ...callback }, `${APP.id}|${APP.secret}`)
}

describe('each state, as it comes about', () => {
  it.each(['shop', 'desk', 'old'] as const)(
    'is missing, ok and foreign in turn (%s)',
    async (alias) => {
      const number = await numberOf(alias, { application: null })
      expect(await stateOf(number)).toBe('missing')
      await connect(number).setWebhook(number.webhook)
      expect(await stateOf(number)).toBe('ok')
      expect(await tryRoundTrip(number)).toMatchObject({ outcome: 'answered' })
      const elsewhere = { ...number.webhook, url: new URL('/crm', endpoint.url).href }
      await connect(number).setWebhook(elsewhere)
      expect(await stateOf(number)).toBe('foreign')
      await connect(number).removeWebhook()
      expect(await stateOf(number)).toBe('missing')
    },
  )

  it('is inherited from the account, and from the application', async () => {
    const number = await numberOf('shop')
    const { url } = number.webhook
    await subscribeApplication(url)
    expect(await readStatus(connect(number), number)).toMatchObject({
      state: 'inherited',
      from: 'application',
    })
    await graph('102290129340398/subscribed_apps', {
      override_callback_uri: url,
      verify_token: VERIFY_TOKEN,
    })
    expect(await readStatus(connect(number), number)).toMatchObject({
      state: 'inherited',
      from: 'account',
    })
  })

  it('is not_subscribed, by a field or by the whole account', async () => {
    await subscribeApplication(new URL('/other', endpoint.url).href)
    const number = await numberOf('shop', { fields: ['messages', 'calls'] })
    await connect(number).setWebhook(number.webhook)
    expect(await readStatus(connect(number), number)).toMatchObject({
      state: 'not_subscribed',
      missingFields: ['calls'],
    })
    const all = await numberOf('shop')
    await fetch(`${simulated.url}/v25.0/102290129340398/subscribed_apps`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${keys.shop}` },
    })
    expect(await stateOf(all)).toBe('not_subscribed')
    await connect(all).setWebhook(all.webhook)
    expect(await stateOf(all)).toBe('ok')
  })

  it.each(['shop', 'desk', 'old'] as const)(
    'is key_invalid with a wrong key (%s)',
    async (alias) => {
      const number = await numberOf(alias)
      await writeFile(join(folder, alias), `${keys[alias]}-wrong`)
      expect(await stateOf(number)).toBe('key_invalid')
    },
  )

  it.each(['shop', 'desk', 'old'] as const)(
    'is unreachable, whatever the provider answers instead (%s)',
    async (alias) => {
      const number = await numberOf(alias)
      const seen: unknown[] = []
      const wrong = ['away', 'silent', 'unavailable', 'rate_limited', 'not_json'] as const
      for (const fault of [...wrong, 'huge_answer', 'redirect'] as const) {
        simulated.setFault(fault)
        const { error, state } = await readStatus(connect(number), number)
        seen.push([fault, state, error?.kind])
      }
      expect(seen).toEqual([
        ['away', 'unreachable', 'unavailable'],
        ['silent', 'unreachable', 'unavailable'],
        ['unavailable', 'unreachable', 'unavailable'],
        ['rate_limited', 'unreachable', 'rate_limited'],
        ['not_json', 'unreachable', 'answer_invalid'],
        ['huge_answer', 'unreachable', 'answer_invalid'],
        ['redirect', 'unreachable', 'answer_invalid'],
      ])
      expect(simulated.state().elsewhere).toBe(0)
    },
  )
})

describe('what a provider refuses', () => {
  it('is a URL whose handshake fails, and one that it does not take', async () => {
    const number = await numberOf('shop')
    const provider = connect(number)
    const kindOf = (work: Promise<void>): Promise<string> =>
      work.then(
        () => 'nothing',
        (error: ProviderError) => error.kind,
      )
    const { webhook } = number
    expect(await kindOf(provider.setWebhook({ ...webhook, verifyToken: 'other-token' }))).toBe(
      'handshake_failed',
    )
    const inTheClear = { ...webhook, url: 'http://hooks.example.com/' }
    expect(await kindOf(provider.setWebhook(inTheClear))).toBe('url_refused')
    const desk = await numberOf('desk')
    expect(await kindOf(connect(desk).setWebhook({ ...desk.webhook, url: 'ftp://x' }))).toBe(
      'url_refused',
    )
  })
})

describe('marking as read', () => {
  it.each(['shop', 'desk', 'old'] as const)('marks what came in (%s)', async (alias) => {
    const content = { type: 'text', text: { body: 'Hello' } } as const
    const id = simulated.receive(ids[alias], { from: '491512', content })
    const number = await numberOf(alias)
    await connect(number).markRead(id)
    const seen = simulated.state().numbers.find(({ numberId }) => numberId === ids[alias])
    expect(seen?.read).toMatchObject([{ messageId: id }])
  })
})

describe('a rotation', () => {
  it('asks the provider for a key, and the webhook is there again with it', async () => {
    const number = await numberOf('desk')
    const reader = connect(number)
    await reader.setWebhook(number.webhook)
    const steps: string[] = []
    const result = await runRotation({
      number,
      store: openCredentialStore(number.credential, {}),
      offer: { kind: 'provider' },
      connect: (key) => connectProvider(number, { readKey: async () => key }),
      roundTrip: () => tryRoundTrip(number),
      perform: async (step, work) => {
        steps.push(step)
        return work()
      },
      onRetry: () => {},
      wait: async () => {},
    })
    expect(result.steps).toEqual(steps)
    expect(result.gapMs).toBeGreaterThan(0)
    expect(await stateOf(number)).toBe('ok')
    expect(await readFile(join(folder, 'desk'), 'utf8')).not.toContain('dialog-key')
    // Whoever had the former key finds the new one.
    expect(await reader.readWebhook()).toMatchObject({ url: number.webhook.url, from: 'number' })
  })
})
