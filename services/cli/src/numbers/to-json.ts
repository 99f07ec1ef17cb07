import { type NumberEntry, type NumberStatus, type ProviderError } from '@wabastream/provider'

/** For `--json`: without what may hold a secret. */
export function statusToJson(number: NumberEntry, status: NumberStatus): object {
  const { error, ...rest } = status
  return { ...rest, provider: number.provider, error: errorToJson(error) }
}

export function errorToJson(error: ProviderError | null): object | null {
  if (error === null) return null
  const { kind, message, retryAfterMs } = error
  return { kind, message, retryAfterMs }
}
