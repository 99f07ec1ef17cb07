import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createAuthenticator } from './authenticator.ts'
import { type Channel, META_SIGNATURE, type Strategy } from '@wabastream/channels'

const secretsOf = (...names: string[]) => names.map((id) => ({ id, secret: `secret of ${id}` }))

function channelWith(name: string, strategies: readonly Strategy[]): Channel {
  return { name, dialect: 'cloud', numberId: null, strategies, verifyToken: null }
}

const signed = channelWith('signed', [
  { kind: 'hmac', ...META_SIGNATURE, secrets: secretsOf('old', 'new') },
])
const bare = channelWith('bare', [
  { kind: 'hmac', header: 'x-360dialog-signature', prefix: '', secrets: secretsOf('platform') },
])
const tokened = channelWith('tokened', [{ kind: 'path_token', secrets: secretsOf('t1', 't2') }])
const both = channelWith('both', [
  { kind: 'path_token', secrets: secretsOf('t1') },
  { kind: 'header', name: 'x-secret', secrets: secretsOf('h1') },
])
const welcoming = { ...signed, name: 'welcoming', verifyToken: 'verify me' }
const channels = [signed, bare, tokened, both, welcoming]
const { authenticate, checkVerifyToken, judgeEarly } = createAuthenticator(channels)

const sign = (id: string, body: Uint8Array): string =>
  `sha256=${createHmac('sha256', `secret of ${id}`).update(body).digest('hex')}`
const body = Buffer.from('{"entry":[]}')
const none = { headers: {}, token: null }

describe('authentication by signature', () => {
  it.each(['old', 'new'])('accepts what was signed with the secret %s, and says so', (keyId) => {
    const headers = { 'x-hub-signature-256': sign(keyId, body) }
    expect(authenticate('signed', { headers, token: null }, body)).toEqual({
      accepted: true,
      channel: signed,
      keys: [{ strategy: 'hmac', keyId }],
    })
  })

  it('refuses any other body, and any other signature', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, position, flip) => {
          const headers = { 'x-hub-signature-256': sign('new', bytes) }
          const other = Uint8Array.from(bytes)
          const index = position % bytes.length
          other[index] = (bytes[index] ?? 0) ^ flip
          expect(authenticate('signed', { headers, token: null }, bytes).accepted).toBe(true)
          expect(authenticate('signed', { headers, token: null }, other)).toEqual({
            accepted: false,
            cause: 'wrong_signature',
          })
        },
      ),
    )
  })

  it.each([
    [undefined, 'missing_signature'],
    ['', 'malformed_signature'],
    ['sha1=00', 'malformed_signature'],
    [sign('new', body).slice(0, -1), 'malformed_signature'],
    [sign('stranger', body), 'wrong_signature'],
  ])('says why %j is refused', (signature, cause) => {
    const headers = signature === undefined ? {} : { 'x-hub-signature-256': signature }
    expect(authenticate('signed', { headers, token: null }, body)).toEqual({
      accepted: false,
      cause,
    })
  })
})

describe('a signature of the form that the channel names', () => {
  const digest = sign('platform', body).slice('sha256='.length)
  const judge = (headers: Record<string, string>) =>
    authenticate('bare', { headers, token: null }, body)

  it('is checked like that of Meta', () => {
    expect(judge({ 'x-360dialog-signature': digest })).toEqual({
      accepted: true,
      channel: bare,
      keys: [{ strategy: 'hmac', keyId: 'platform' }],
    })
  })

  it.each([
    [{}, 'missing_signature'],
    [{ 'x-hub-signature-256': `sha256=${digest}` }, 'missing_signature'],
    [{ 'x-360dialog-signature': `sha256=${digest}` }, 'malformed_signature'],
    [{ 'x-360dialog-signature': digest.slice(1) }, 'malformed_signature'],
    [{ 'x-360dialog-signature': sign('new', body).slice(7) }, 'wrong_signature'],
  ])('is the only one that counts: %j', (headers, cause) => {
    expect(judge(headers)).toEqual({ accepted: false, cause })
  })

  it.each([['bare'], ['signed'], ['tokened'], ['nobody']])(
    'decides before the body on no channel: %s',
    (channel) => {
      for (const headers of [
        { 'x-360dialog-signature': digest },
        { 'x-hub-signature-256': `sha256=${digest}` },
      ]) {
        expect(judgeEarly(channel, { headers, token: null })).toEqual({ kind: 'open' })
      }
      for (const headers of [
        {},
        { 'x-360dialog-signature': `sha256=${digest}` },
        { 'x-hub-signature-256': digest },
      ]) {
        expect(judgeEarly(channel, { headers, token: null }).kind).toBe('refused')
      }
    },
  )
})

describe('authentication by token and header', () => {
  it('accepts any of the tokens', () => {
    expect(authenticate('tokened', { headers: {}, token: 'secret of t2' }, body)).toMatchObject({
      accepted: true,
      keys: [{ strategy: 'path_token', keyId: 't2' }],
    })
  })

  it.each([
    [null, 'missing_token'],
    ['', 'wrong_token'],
    ['secret of t', 'wrong_token'],
    ['secret of t1 ', 'wrong_token'],
  ])('says why the token %j is refused', (token, cause) => {
    expect(authenticate('tokened', { headers: {}, token }, body)).toEqual({
      accepted: false,
      cause,
    })
  })

  it('requires all strategies of a channel to hold', () => {
    const headers = { 'x-secret': 'secret of h1' }
    const token = 'secret of t1'
    expect(authenticate('both', { headers, token }, body)).toMatchObject({
      accepted: true,
      keys: [
        { strategy: 'path_token', keyId: 't1' },
        { strategy: 'header', keyId: 'h1' },
      ],
    })
    expect(authenticate('both', { headers: {}, token }, body)).toEqual({
      accepted: false,
      cause: 'missing_header',
    })
    expect(authenticate('both', { headers: { 'x-secret': 'no' }, token }, body)).toEqual({
      accepted: false,
      cause: 'wrong_header',
    })
    expect(authenticate('both', { headers, token: null }, body)).toEqual({
      accepted: false,
      cause: 'missing_token',
    })
  })
})

describe('an unknown channel', () => {
  it('is refused as such, whatever the request brings', () => {
    for (const credentials of [
      none,
      { headers: { 'x-hub-signature-256': sign('new', body) }, token: 'secret of t1' },
    ]) {
      expect(authenticate('nobody', credentials, body)).toEqual({
        accepted: false,
        cause: 'unknown_channel',
      })
    }
    expect(authenticate('', none, body).accepted).toBe(false)
    expect(authenticate('__proto__', none, body).accepted).toBe(false)
  })
})

describe('the verify token', () => {
  it('is right, wrong, not configured, or for an unknown channel', () => {
    expect(checkVerifyToken('welcoming', 'verify me')).toBeNull()
    expect(checkVerifyToken('welcoming', 'verify me ')).toBe('wrong_verify_token')
    expect(checkVerifyToken('signed', '')).toBe('no_handshake')
    expect(checkVerifyToken('nobody', 'verify me')).toBe('unknown_channel')
  })
})
