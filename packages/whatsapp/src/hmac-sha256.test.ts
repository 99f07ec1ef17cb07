import { createHmac } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { createHmacSha256 } from './hmac-sha256.ts'

// Node's own HMAC is the judge.
const expected = (secret: string, body: Uint8Array): string =>
  createHmac('sha256', secret).update(body).digest('hex')

const secrets = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(0, 1, 63, 64, 65, 128).map((length) => 'k'.repeat(length)),
)
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc.constantFrom(0, 55, 56, 64, 65_535, 65_536, 65_537, 200_000).map((length) => {
    return new Uint8Array(length).fill(7)
  }),
)

describe('HMAC-SHA256', () => {
  it("equals Node's for secrets and bodies of any length", () => {
    fc.assert(
      fc.property(secrets, fc.array(bodies, { minLength: 1, maxLength: 4 }), (secret, several) => {
        const hmac = createHmacSha256(secret)
        for (const body of several) expect(hmac(body)).toBe(expected(secret, body))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps secrets apart that are used by turns', () => {
    const [one, two] = [createHmacSha256('one'), createHmacSha256('two')]
    const body = Buffer.from('{"object":"whatsapp_business_account"}')
    for (let i = 0; i < 3; i++) {
      expect(one(body)).toBe(expected('one', body))
      expect(two(body)).toBe(expected('two', body))
    }
  })

  it('agrees with case 2 of RFC 4231', () => {
    expect(createHmacSha256('Jefe')(Buffer.from('what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})
