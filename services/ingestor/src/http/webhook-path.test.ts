import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseQuery, parseWebhookPath } from './webhook-path.ts'

describe('parseWebhookPath', () => {
  it.each([
    ['/webhooks/main', { channel: 'main', token: null }],
    ['/webhooks/main?x=1', { channel: 'main', token: null }],
    ['/webhooks/main/s3cret', { channel: 'main', token: 's3cret' }],
    ['/webhooks/main?token=s3cret', { channel: 'main', token: 's3cret' }],
    ['/webhooks/main/path?token=query', { channel: 'main', token: 'path' }],
    ['/webhooks/m%61in/a%2Bb', { channel: 'main', token: 'a+b' }],
  ])('reads %s', (url, path) => {
    expect(parseWebhookPath(url)).toEqual(path)
  })

  it.each([
    '',
    '/',
    '/webhooks',
    '/webhooks/',
    '/webhook/main',
    '/webhooks/main/',
    '/webhooks/main/a/b',
    '/webhooks//a',
    '/webhooks/?token=a',
    '/webhooks/%',
    '/webhooks/main/%E0%A4%A',
    '/webhooks/a/%2F',
    '*',
    'http://host/webhooks/main',
  ])('does not take %j as an address of webhooks', (url) => {
    expect(parseWebhookPath(url)).toBeNull()
  })

  it('gets back any channel and token that was put in', () => {
    const part = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((text) => text.isWellFormed() && !text.includes('/'))
    fc.assert(
      fc.property(part, part, (channel, token) => {
        const name = encodeURIComponent(channel)
        const secret = encodeURIComponent(token)
        expect(parseWebhookPath(`/webhooks/${name}/${secret}`)).toEqual({ channel, token })
        expect(parseWebhookPath(`/webhooks/${name}?token=${secret}`)).toEqual({ channel, token })
      }),
    )
  })

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseWebhookPath(text)
        parseWebhookPath(`/webhooks/${text}`)
      }),
    )
  })
})

describe('parseQuery', () => {
  it('keeps the dots of names', () => {
    expect(
      parseQuery('/webhooks/a?hub.mode=subscribe&hub.challenge=1%202').get('hub.challenge'),
    ).toBe('1 2')
    expect([...parseQuery('/webhooks/a')]).toEqual([])
  })
})
