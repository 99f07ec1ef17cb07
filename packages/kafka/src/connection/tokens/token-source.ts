/** A bearer token, and when it ends (ms since 1970; null where that is not known). */
export interface Token {
  readonly value: string
  readonly expiresAtMs: number | null
}

/** The token to show now. Throws what kept it from being had. */
export type TokenSource = () => Promise<Token>

/** A token is renewed when a fifth of its life is left, as Kafka's own client does (KIP-255). */
const USED_SHARE = 0.8

/** Asks `fetchToken` once for all connections that open together, and again before the end. */
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
    // One request at a time: whoever comes meanwhile waits for it.
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
