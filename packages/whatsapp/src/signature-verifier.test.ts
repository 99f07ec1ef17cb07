import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { createDigestReader, createSignatureVerifier } from './signature-verifier.ts'

const body = new TextEncoder().encode('{"text":"\\u00fc"}')
const sign = (secret: string) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const verify = createSignatureVerifier(
  [
    { id: 'old', secret: 'first' },
    { id: 'new', secret: 'second' },
  ],
  'sha256=',
)

describe('createSignatureVerifier', () => {
  it('names the secret that signed the bytes', () => {
    expect(verify(body, sign('first'))).toBe('old')
    expect(verify(body, sign('second'))).toBe('new')
    expect(
      verify(
        body,
        sign('second').replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase()),
      ),
    ).toBe('new')
  })

  it.each([
    ['an unknown secret', sign('third')],
    ['no header', undefined],
    ['an empty header', ''],
    ['another algorithm', sign('first').replace('sha256', 'sha1')],
    ['a short digest', sign('first').slice(0, -1)],
    ['a long digest', `${sign('first')}0`],
  ])('refuses %s', (_name, header) => {
    expect(verify(body, header)).toBeNull()
  })

  it('refuses other bytes under a good signature', () => {
    expect(verify(body.subarray(1), sign('first'))).toBeNull()
  })

  it('accepts nothing if no secret is set', () => {
    expect(createSignatureVerifier([], 'sha256=')(body, sign(''))).toBeNull()
  })
})

describe('createDigestReader', () => {
  const digest = '0a'.repeat(32)

  it.each([
    ['sha256=', `sha256=${digest}`],
    ['sha256=', `SHA256=${digest.toUpperCase()}`],
    ['', digest],
    ['', digest.toUpperCase()],
    ['v1,', `v1,${digest}`],
  ])('reads what stands behind %j', (prefix, header) => {
    expect(createDigestReader(prefix)(header)).toBe(digest)
  })

  it.each([
    ['sha256=', digest],
    ['sha256=', `sha512=${digest}`],
    ['', `sha256=${digest}`],
    ['', `${digest}, ${digest}`],
    ['', 'g'.repeat(64)],
    ['', ' '.repeat(64)],
    ['', undefined],
  ])('behind %j it does not read %j', (prefix, header) => {
    expect(createDigestReader(prefix)(header)).toBeNull()
  })
})
