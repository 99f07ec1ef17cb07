import { setTimeout as delay } from 'node:timers/promises'
import { ProviderError } from '../port/provider-error.ts'

const TRIES_MAX = 6
const FIRST_WAIT_MS = 1_000
/** Whoever is asked to wait for longer is told so, and runs the command again. */
const WAIT_MS_MAX = 60_000

export type Wait = (ms: number, signal: AbortSignal | undefined) => Promise<void>

export const waitFor: Wait = async (ms, signal) => {
  await delay(ms, undefined, signal === undefined ? {} : { signal })
}

export interface RetryOptions {
  readonly wait: Wait
  readonly signal: AbortSignal | undefined
  /** Called before each wait. */
  readonly onRetry: (error: Error, waitMs: number) => void
  /** Whether another try may help. */
  readonly isTransient: (error: unknown) => error is Error
}

/** Tries again, after longer and longer waits, or as long as the provider asks to wait. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { isTransient, onRetry, signal, wait }: RetryOptions,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries >= TRIES_MAX || !isTransient(error)) throw error
      const asked = error instanceof ProviderError ? error.retryAfterMs : null
      const waitMs = asked ?? FIRST_WAIT_MS * 2 ** (tries - 1)
      if (waitMs > WAIT_MS_MAX) throw error
      onRetry(error, waitMs)
      await wait(waitMs, signal)
    }
  }
}

export function isPassing(error: unknown): error is ProviderError {
  if (!(error instanceof ProviderError)) return false
  return error.kind === 'unavailable' || error.kind === 'rate_limited'
}
