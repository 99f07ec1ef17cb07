import { redacted } from '@wabastream/contracts'

/**
 * - `key_invalid`: the key is wrong, revoked, expired, without the rights, or cannot be read
 * - `url_refused`: the provider does not take the URL
 * - `handshake_failed`: it asked the URL, which did not answer as it should
 * - `rate_limited`: too many requests; `retryAfterMs` may say for how long
 * - `not_found`: it does not know the number, or the message
 * - `refused`: anything else that repeating does not help
 * - `unavailable`: no answer, or one that says that the provider is not well
 * - `answer_invalid`: an answer that is too large, leads elsewhere, or has another shape
 */
export const providerErrorKinds = [
  'key_invalid',
  'url_refused',
  'handshake_failed',
  'rate_limited',
  'not_found',
  'refused',
  'unavailable',
  'answer_invalid',
] as const
export type ProviderErrorKind = (typeof providerErrorKinds)[number]

/** What went wrong with a provider's API. The message holds no secret of ours. */
export class ProviderError extends Error {
  readonly code = 'provider_error'
  readonly kind: ProviderErrorKind
  /** How long the provider asks us to wait (ms); null if it does not say. */
  readonly retryAfterMs: number | null

  constructor(
    kind: ProviderErrorKind,
    message: string,
    options: { readonly retryAfterMs?: number | null; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'ProviderError'
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

const QUOTE_LENGTH_MAX = 300

/** What a provider said, fit for a message: short, on one line, without the secrets named. */
export function quoted(text: string, secrets: readonly string[]): string {
  const clean = withoutSecrets(redacted(text), secrets)
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return clean.length > QUOTE_LENGTH_MAX ? `${clean.slice(0, QUOTE_LENGTH_MAX)}…` : clean
}

/** The text without them, be they written as they are or as in a URL. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return (
    secrets
      .flatMap((secret) => (secret === '' ? [] : [secret, encodeURIComponent(secret)]))
      // The longer ones first: a shorter one may be a part of them, and would leave the rest.
      .toSorted((one, other) => other.length - one.length)
      .reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
  )
}
