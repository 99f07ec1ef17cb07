import { setTimeout as delay } from 'node:timers/promises'
import { type Logger } from './logging/logger.ts'

const RETRY_DELAY_MS = 2_000

/**
 * Tries until the attempt succeeds, and logs after each failure what it waits for. It ends only
 * with success, or by throwing once `signal` is aborted, also in the middle of an attempt: the
 * dependency comes back by itself, or the process is stopped. Errors for which `isPermanent` holds
 * are thrown at once.
 */
export async function untilAvailable<T>(options: {
  readonly what: string
  readonly attempt: () => Promise<T>
  readonly logger: Pick<Logger, 'warn' | 'info'>
  readonly signal: AbortSignal
  readonly isPermanent?: (error: unknown) => boolean
  readonly retryDelayMs?: number
}): Promise<T> {
  const { what, attempt, logger, signal, isPermanent, retryDelayMs = RETRY_DELAY_MS } = options
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted()
    try {
      const result = await unlessAborted(attempt(), signal)
      if (failures > 0) logger.info({ dependency: what, failures }, 'dependency is available')
      return result
    } catch (error) {
      signal.throwIfAborted()
      if (isPermanent?.(error) === true) throw error
      logger.warn({ dependency: what, err: error }, 'waiting for a dependency')
    }
    await delay(retryDelayMs, undefined, { signal })
  }
}

/** The result of the work, or the signal's reason at once, and nobody waits for the work then. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
