import { describe, expect, it } from '@jest/globals'
import { buildNumber } from '../numbers/number.fixture.ts'
import { type Provider } from '../port/provider.ts'
import { ProviderError } from '../port/provider-error.ts'
import { readStatus } from './read-status.ts'

const base = 'https://hooks.example.com/webhooks/desk/'
const number = buildNumber({
  webhook: {
    url: `${base}token-1`,
    shownUrl: `${base}…`,
    pathToken: 'token-1',
    verifyToken: null,
    headers: {},
  },
})
function seeing(url: string | null): Pick<Provider, 'readWebhook'> {
  const from = url === null ? null : 'number'
  return { readWebhook: async () => ({ url, from, subscribedFields: null }) }
}

describe('the status of a number', () => {
  it.each([
    [`${base}token-1`, 'ok', `${base}…`],
    [`${base}former-token`, 'foreign', `${base}…`],
    ['https://user:pass@crm.example.com/a?token=b#c', 'foreign', 'https://crm.example.com/a?…'],
    ['https://other.example.com/hook/token-1', 'foreign', 'https://other.example.com/hook/…'],
    [
      'https://other.example.com/webhooks/desk/former-token',
      'foreign',
      'https://other.example.com/webhooks/desk/…',
    ],
    ['nonsense', 'foreign', 'what is no URL'],
    [null, 'missing', null],
  ])('of %s is %s, and shows %s', async (url, state, providerUrl) => {
    expect(await readStatus(seeing(url), number)).toMatchObject({
      alias: 'shop',
      state,
      providerUrl,
      wantedUrl: `${base}…`,
      error: null,
    })
  })

  it('has the reason if the provider could not be asked', async () => {
    const error = new ProviderError('rate_limited', 'too many', { retryAfterMs: 7 })
    const readWebhook = async () => Promise.reject(error)
    expect(await readStatus({ readWebhook }, number)).toMatchObject({ state: 'unreachable', error })
  })

  it('hides no mistake of our own', async () => {
    const readWebhook = async () => Promise.reject(new TypeError('a bug'))
    await expect(readStatus({ readWebhook }, number)).rejects.toThrow('a bug')
  })
})
