import { parseServerAddress } from '@wabastream/contracts'
import {
  allowInsecureRequests,
  type AuthorizationServer,
  clientCredentialsGrantRequest,
  ClientSecretPost,
  customFetch,
  processClientCredentialsResponse,
} from 'oauth4webapi'
import { KafkaError } from '../../wire/kafka-error.ts'
import { createCachedTokenSource, type TokenSource } from './token-source.ts'

const TIMEOUT_MS = 10_000

/**
 * Tokens that an authorization server issues to the client itself (RFC 6749, section 4.4). Id and
 * secret go in the body, where, unlike in a header, every server takes any character. A user and
 * password in the address are for a proxy in front of the server, and go into a header.
 */
export function createClientCredentialsSource(options: {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
}): TokenSource {
  const { clientId, clientSecret, scope, tokenUrl } = options
  const { authorization, url: address } = parseServerAddress(tokenUrl)
  const url = new URL(address)
  const server: AuthorizationServer = { issuer: url.origin, token_endpoint: url.href }
  const client = { client_id: clientId }
  return createCachedTokenSource(async () => {
    try {
      const response = await clientCredentialsGrantRequest(
        server,
        client,
        ClientSecretPost(clientSecret),
        scope === undefined ? {} : { scope },
        {
          signal: AbortSignal.timeout(TIMEOUT_MS),
          // The library accepts no Authorization header for this request.
          [customFetch]: (target, init) =>
            fetch(target, {
              ...init,
              headers: { ...init.headers, ...(authorization !== undefined && { authorization }) },
            }),
          // Plain HTTP is used only if the setting begins with http://.
          [allowInsecureRequests]: url.protocol === 'http:',
        },
      )
      const answer = await processClientCredentialsResponse(server, client, response)
      const { access_token: value, expires_in: expiresIn } = answer
      const expiresAtMs = expiresIn === undefined ? null : Date.now() + expiresIn * 1_000
      return { value, expiresAtMs }
    } catch (error) {
      throw new KafkaError(
        'unavailable',
        `no token for Kafka from ${url.host}: ${reasonOf(error)}`,
        error,
      )
    }
  })
}

/** An OAuth error's code (RFC 6749, section 5.2), or the error of the network. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed'
  if ('error' in error && typeof error.error === 'string') return error.error
  return error.cause instanceof Error ? error.cause.message : error.message
}
