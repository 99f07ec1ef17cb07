/** A bearer token, and when it expires (ms since 1970; null if that is not known). */
export interface Token {
  readonly value: string
  readonly expiresAtMs: number | null
}

/** The token to show now. Throws if none can be had. */
export type TokenSource = () => Promise<Token>

/** A token is renewed when a fifth of its life is left, as Kafka's own client does (KIP-255). */
const USED_SHARE = 0.8

/**
 * Calls `fetchToken` once for all connections that open together, and again before the token
 * expires.
 */
export function createCachedTokenSource(fetchToken: TokenSource): TokenSource {
  let pending: Promise<Token> | undefined
  let renewAtMs = Number.NEGATIVE_INFINITY

  async function renew(): Promise<Token> {
    const askedAtMs = Date.now()
    const token = await fetchToken()
    renewAtMs =
      token.expiresAtMs === null
        ? askedAtMs
        : askedAtMs + (token.expiresAtMs - askedAtMs) * USED_SHARE
    return token
  }

  return async function currentToken() {
    if (pending !== undefined && Date.now() < renewAtMs) return pending
    // One request at a time: callers that come meanwhile wait for it.
    renewAtMs = Number.POSITIVE_INFINITY
    pending = renew()
    try {
      return await pending
    } catch (error) {
      pending = undefined
      throw error
    }
  }
}
