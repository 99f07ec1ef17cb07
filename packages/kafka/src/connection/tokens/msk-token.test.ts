import { describe, expect, it } from '@jest/globals'
import { createMskTokenSource, presignQuery } from './msk-token.ts'

/** AWS's signing test suite (awslabs/aws-c-auth, tests/aws-signing-test-suite/v4). */
const vectors = {
  region: 'us-east-1',
  service: 'service',
  host: 'example.amazonaws.com',
  expiresSeconds: 3_600,
  signedAtMs: Date.UTC(2015, 7, 30, 12, 36),
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
}
const sessionToken = '6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267'

describe('a signed query', () => {
  it('has the published signature of get-vanilla-query-order-key-case', async () => {
    const query = await presignQuery({ ...vectors, query: { Param2: 'value2', Param1: 'value1' } })
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      Param1: 'value1',
      Param2: 'value2',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request',
      'X-Amz-Date': '20150830T123600Z',
      'X-Amz-Expires': '3600',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '86012e2c9ad4d77369f5d81c11f75158aae4f895a085212cc6d3f923d300bed5',
    })
  })

  it('has the published signature of get-vanilla-with-session-token', async () => {
    const credentials = { ...vectors.credentials, sessionToken }
    const query = new URLSearchParams(await presignQuery({ ...vectors, credentials, query: {} }))
    expect(query.get('X-Amz-Security-Token')).toBe(sessionToken)
    expect(query.get('X-Amz-Signature')).toBe(
      '7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c',
    )
  })
})

describe('a token for MSK', () => {
  it('is the address of a signed request to connect, for fifteen minutes', async () => {
    const findCredentials = async () => ({ ...vectors.credentials, sessionToken })
    const token = await createMskTokenSource({ region: 'eu-west-1', findCredentials })()
    expect(token.value).toMatch(/^[A-Za-z0-9_-]+$/)
    const url = new URL(Buffer.from(token.value, 'base64url').toString())
    expect(url.origin).toBe('https://kafka.eu-west-1.amazonaws.com')
    const query = Object.fromEntries(url.searchParams)
    expect(query).toMatchObject({
      Action: 'kafka-cluster:Connect',
      'User-Agent': 'wabastream',
      'X-Amz-Expires': '900',
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Security-Token': sessionToken,
      'X-Amz-Credential': expect.stringMatching(/^AKIDEXAMPLE\/\d{8}\/eu-west-1\/kafka-cluster\//),
    })
    const signedAtMs = Date.parse(
      String(query['X-Amz-Date']).replace(
        /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
        '$1-$2-$3T$4:$5:$6Z',
      ),
    )
    expect(Math.trunc((token.expiresAtMs ?? 0) / 1_000)).toBe(signedAtMs / 1_000 + 900)
  })

  it('says what is needed if there are no credentials', async () => {
    const findCredentials = () => Promise.reject(new Error('none'))
    await expect(
      createMskTokenSource({ region: 'eu-west-1', findCredentials })(),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('AWS credentials are needed'),
    })
  })
})
