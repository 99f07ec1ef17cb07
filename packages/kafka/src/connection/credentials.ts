import type { KafkaConfig } from 'kafkajs'
import { createClientCredentialsSource } from './tokens/client-credentials.ts'
import { createMskTokenSource } from './tokens/msk-token.ts'
import { createBearerAuthentication } from './tokens/sasl-bearer.ts'
import { createTokenFileSource } from './tokens/token-file.ts'
import { type TokenSource } from './tokens/token-source.ts'

/** A user and a password (RFC 4616, RFC 5802). */
export interface PasswordCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

/** A token that something else renews in a file: each connection reads it again. */
export interface TokenFileCredentials {
  readonly mechanism: 'oauthbearer'
  readonly tokenPath: string
}

/** Tokens from an authorization server, issued to this client itself (RFC 6749, section 4.4). */
export interface ClientCredentials {
  readonly mechanism: 'oauthbearer'
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
}

/** Amazon MSK with IAM: tokens signed with whatever credentials AWS's own chain finds. */
export interface MskCredentials {
  readonly mechanism: 'aws-msk-iam'
  readonly region: string
}

export type KafkaCredentials =
  | PasswordCredentials
  | TokenFileCredentials
  | ClientCredentials
  | MskCredentials

/** What the client library accepts. */
export type KafkaSasl = NonNullable<KafkaConfig['sasl']>

export function toSasl(credentials: KafkaCredentials): KafkaSasl {
  switch (credentials.mechanism) {
    // One case each: the library's type distinguishes them by the mechanism.
    case 'plain':
      return { ...credentials, mechanism: 'plain' }
    case 'scram-sha-256':
      return { ...credentials, mechanism: 'scram-sha-256' }
    case 'scram-sha-512':
      return { ...credentials, mechanism: 'scram-sha-512' }
    case 'oauthbearer':
    case 'aws-msk-iam':
      return {
        mechanism: 'oauthbearer',
        authenticationProvider: createBearerAuthentication(createTokenSource(credentials)),
      }
  }
}

function createTokenSource(
  credentials: TokenFileCredentials | ClientCredentials | MskCredentials,
): TokenSource {
  if (credentials.mechanism === 'aws-msk-iam') return createMskTokenSource(credentials)
  return 'tokenPath' in credentials
    ? createTokenFileSource(credentials.tokenPath)
    : createClientCredentialsSource(credentials)
}
