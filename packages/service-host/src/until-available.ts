import { setTimeout as delay } from 'node:timers/promises'
import { type Logger } from './logger.ts'

const RETRY_DELAY_MS = 2_000

/**
 * Tries until the attempt succeeds, and logs after each failure what it waits for. It ends only
 * with success, or by throwing once `signal` is aborted: the dependency comes back by itself, or
 * the process is stopped. Errors for which `isPermanent` holds are thrown at once.
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
      const result = await attempt()
      if (failures > 0) logger.info({ dependency: what, failures }, 'dependency is available')
      return result
    } catch (error) {
      if (isPermanent?.(error) === true) throw error
      logger.warn({ dependency: what, err: error }, 'waiting for a dependency')
    }
    await delay(retryDelayMs, undefined, { signal })
  }
}
