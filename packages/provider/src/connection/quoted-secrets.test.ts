// Goal: no secret of a number shows in an error, whatever a provider quotes. Method: a server that
// answers each request with all of them, in each form in which they travel.
import { afterEach, describe, expect, it } from '@jest/globals'
import {
  type Received,
  type ScriptedServer,
  startScriptedServer,
} from '../http/scripted-server.fixture.ts'
import { type ProviderName } from '../numbers/number-entry.ts'
import { buildNumber } from '../numbers/number.fixture.ts'
import { secretsOf } from '../numbers/secrets-of.ts'
import { connectProvider } from './connect-provider.ts'

const KEY = 'admin:password-1'
const pathToken = encodeURIComponent('path token/1')
const secrets = [
  'password-1',
  Buffer.from(KEY).toString('base64'),
  'path token/1',
  pathToken,
  'verify-token-1',
  'app-secret-1',
  'partner-key-1',
  'header-value-1',
]
const ofKey = 2
/** The partner API is never told the key of a number. */
function saidAt(path: string): string {
  return path.includes('/partners/')
    ? `I refuse ${secrets.slice(ofKey).join(' and ')}`
    : `I refuse ${secrets.join(' and ')}, ${KEY} and 77|app-secret-1`
}

let server: ScriptedServer
afterEach(() => server.close())

async function connect(provider: ProviderName, status: number) {
  const isOpen = ({ path }: Received): boolean => path === '/v1/users/login' && status !== 400
  server = await startScriptedServer((request) => {
    if (isOpen(request)) return { body: { users: [{ token: 'token-1' }] } }
    const said = saidAt(request.path)
    const error = { message: said, code: 100, error_data: { details: said } }
    const errors = [{ code: 1, title: said, details: said }]
    return { status, body: { error, errors } }
  })
  const url = `https://hooks.example.com/${pathToken}`
  const number = buildNumber({
    provider,
    api: server.url,
    application: { id: '77', secret: 'app-secret-1' },
    partner: { api: server.url, id: 'a', channel: 'b', key: 'partner-key-1' },
    webhook: {
      url,
      shownUrl: 'https://hooks.example.com/…',
      pathToken,
      verifyToken: 'verify-token-1',
      headers: { 'X-Key': 'header-value-1' },
    },
  })
  return { number, api: connectProvider(number, { readKey: async () => KEY }) }
}

describe('what a provider quotes', () => {
  it.each([
    ['cloud', 400],
    ['cloud', 500],
    ['360dialog', 400],
    ['360dialog', 500],
    ['onprem', 400],
    ['onprem', 500],
    ['onprem', 405],
  ] as const)('shows no secret of the number (%s, %d)', async (provider, status) => {
    const { api, number } = await connect(provider, status)
    const works = [
      api.readWebhook(),
      api.setWebhook(number.webhook),
      api.markRead('wamid.1'),
      ...(api.createKey === null ? [] : [api.createKey()]),
    ]
    for (const outcome of await Promise.allSettled(works)) {
      expect(outcome.status).toBe('rejected')
      const message = outcome.status === 'rejected' ? String(outcome.reason) : ''
      for (const secret of secrets) expect(message).not.toContain(secret)
    }
    expect(secretsOf(number, [KEY])).toEqual(expect.arrayContaining(secrets))
    await api.close()
  })
})
