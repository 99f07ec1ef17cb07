import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { readConfig } from './config.ts'
import { kafkaSecurityFields, toKafkaSecurity } from './kafka-security.ts'

const read = (env: Readonly<Record<string, string>>) =>
  toKafkaSecurity(readConfig({ schema: z.object(kafkaSecurityFields), env, service: 'test' }))

describe('the access to Kafka', () => {
  it('is plain unless something is set', () => {
    expect(read({})).toEqual({})
    expect(read({ KAFKA_SSL: 'on' })).toEqual({ tls: {} })
  })

  it('takes authorities, a certificate of its own, and a user', () => {
    expect(
      read({
        KAFKA_SSL_CA: 'ca',
        KAFKA_SSL_CERT: 'cert',
        KAFKA_SSL_KEY: 'key',
        KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
        KAFKA_SASL_USERNAME: 'me',
        KAFKA_SASL_PASSWORD: 'pw',
      }),
    ).toEqual({
      tls: { ca: 'ca', cert: 'cert', key: 'key' },
      sasl: { mechanism: 'scram-sha-512', username: 'me', password: 'pw' },
    })
  })

  it('takes tokens from a file, from an authorization server, and for MSK', () => {
    const oauth = { KAFKA_SASL_MECHANISM: 'OAUTHBEARER' }
    expect(read({ ...oauth, KAFKA_SASL_TOKEN_PATH: '/token' })).toEqual({
      sasl: { mechanism: 'oauthbearer', tokenPath: '/token' },
    })
    const client = {
      ...oauth,
      KAFKA_SASL_TOKEN_URL: 'https://id.example/token',
      KAFKA_SASL_USERNAME: 'me',
      KAFKA_SASL_PASSWORD: 'pw',
    }
    const sasl = {
      mechanism: 'oauthbearer',
      tokenUrl: 'https://id.example/token',
      clientId: 'me',
      clientSecret: 'pw',
    }
    expect(read(client)).toEqual({ sasl })
    expect(read({ ...client, KAFKA_SASL_SCOPE: 'kafka' })).toEqual({
      sasl: { ...sasl, scope: 'kafka' },
    })
    expect(read({ KAFKA_SASL_MECHANISM: 'aws-msk-iam', AWS_REGION: 'eu-west-1' })).toEqual({
      tls: {},
      sasl: { mechanism: 'aws-msk-iam', region: 'eu-west-1' },
    })
  })

  it.each([
    [
      { KAFKA_SASL_MECHANISM: 'oauthbearer' },
      'KAFKA_SASL_TOKEN_PATH or KAFKA_SASL_TOKEN_URL: one is needed with oauthbearer',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'oauthbearer', KAFKA_SASL_TOKEN_URL: 'https://a.example' },
      'KAFKA_SASL_USERNAME: is needed with KAFKA_SASL_MECHANISM',
    ],
    [
      { KAFKA_SASL_TOKEN_PATH: '/token' },
      'KAFKA_SASL_MECHANISM: must be oauthbearer where tokens are configured',
    ],
    [{ KAFKA_SASL_MECHANISM: 'aws-msk-iam' }, 'AWS_REGION: is needed with aws-msk-iam'],
    [
      { KAFKA_SASL_MECHANISM: 'aws-msk-iam', AWS_REGION: 'eu-west-1', KAFKA_SSL: 'off' },
      'KAFKA_SSL: is off, but MSK takes IAM over TLS only',
    ],
    [{ KAFKA_SSL_CERT: 'cert' }, 'KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE are needed together'],
    [{ KAFKA_SSL: 'off', KAFKA_SSL_CA: 'ca' }, 'KAFKA_SSL: is off, but there are certificates'],
    [{ KAFKA_SASL_USERNAME: 'me' }, 'KAFKA_SASL_MECHANISM: is needed with user and password'],
    [
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'me' },
      'KAFKA_SASL_PASSWORD_FILE: is needed with KAFKA_SASL_MECHANISM',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'pw' },
      'KAFKA_SASL_USERNAME: is needed with KAFKA_SASL_MECHANISM',
    ],
    [
      { KAFKA_SASL_MECHANISM: 'gssapi' },
      'must be one of plain, scram-sha-256, scram-sha-512, oauthbearer, aws-msk-iam',
    ],
  ])('refuses %j', (env, problem) => {
    expect(() => read(env)).toThrow(problem)
  })
})
