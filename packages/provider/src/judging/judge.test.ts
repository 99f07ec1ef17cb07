import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type WebhookView, webhookOrigins } from '../port/provider.ts'
import { ProviderError, providerErrorKinds } from '../port/provider-error.ts'
import { judge, numberStates } from './judge.ts'

const URL_OF_OURS = 'https://hooks.example.com/webhooks/main'
const wanted = { url: URL_OF_OURS, fields: ['messages', 'account_update'] }
const view = (change: Partial<WebhookView>): WebhookView => ({
  url: URL_OF_OURS,
  from: 'number',
  subscribedFields: ['messages', 'account_update', 'flows'],
  ...change,
})

describe('the state of a number', () => {
  it.each([
    ['ok', view({})],
    ['ok', view({ subscribedFields: null })],
    ['ok', view({ url: 'HTTPS://hooks.example.com:443/webhooks/main' })],
    ['missing', view({ url: null, from: null })],
    ['foreign', view({ url: 'https://crm.example.com/hook' })],
    ['foreign', view({ url: `${URL_OF_OURS}/former-token` })],
    ['foreign', view({ url: 'no url at all' })],
    ['inherited', view({ from: 'account' })],
    ['inherited', view({ from: 'application' })],
    ['not_subscribed', view({ subscribedFields: ['messages'] })],
    ['not_subscribed', view({ subscribedFields: [], from: 'application' })],
    ['foreign', view({ url: 'https://crm.example.com/hook', subscribedFields: [] })],
    ['key_invalid', new ProviderError('key_invalid', 'revoked')],
    ['unreachable', new ProviderError('unavailable', 'away')],
    ['unreachable', new ProviderError('rate_limited', 'slower')],
    ['unreachable', new ProviderError('answer_invalid', 'too large')],
  ] as const)('is %s for %o', (state, seen) => {
    expect(judge(seen, wanted).state).toBe(state)
  })

  it('names the fields that are missing', () => {
    const { missingFields } = judge(view({ subscribedFields: ['messages'] }), wanted)
    expect(missingFields).toEqual(['account_update'])
  })
})

const urls = fc.constantFrom(URL_OF_OURS, 'https://crm.example.com/', 'http://a/?b', '', '\0')
const fields = fc.uniqueArray(fc.constantFrom('messages', 'account_update', 'flows', 'calls'))
const views: fc.Arbitrary<WebhookView> = fc.record({
  url: fc.option(urls),
  from: fc.option(fc.constantFrom(...webhookOrigins)),
  subscribedFields: fc.option(fields),
})
const errors = fc
  .constantFrom(...providerErrorKinds)
  .map((kind) => new ProviderError(kind, 'an error'))
const wishes = fc.record({ url: urls, fields })

describe('judging', () => {
  it('gives one known state for whatever was seen', () => {
    fc.assert(
      fc.property(fc.oneof(views, errors), wishes, (seen, wish) => {
        const { missingFields, state } = judge(seen, wish)
        expect(numberStates).toContain(state)
        expect(missingFields.length > 0).toBe(state === 'not_subscribed')
      }),
    )
  })

  it('says ok only if all of it is so', () => {
    fc.assert(
      fc.property(views, wishes, (seen, wish) => {
        const { state } = judge(seen, wish)
        const isOurs = seen.url !== null && seen.url === wish.url && URL.canParse(seen.url)
        const known = seen.subscribedFields
        const isSubscribed = known === null || wish.fields.every((one) => known.includes(one))
        expect(state === 'ok').toBe(isOurs && seen.from === 'number' && isSubscribed)
      }),
    )
  })

  it('does not mind further fields, nor their order', () => {
    fc.assert(
      fc.property(views, wishes, fields, (seen, wish, more) => {
        const { subscribedFields } = seen
        fc.pre(subscribedFields !== null && judge(seen, wish).state === 'ok')
        const richer = { ...seen, subscribedFields: [...more, ...(subscribedFields ?? [])] }
        expect(judge(richer, wish)).toEqual(judge(seen, wish))
      }),
    )
  })
})
