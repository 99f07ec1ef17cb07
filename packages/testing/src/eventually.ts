import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 50

/**
 * Polls `check` until it returns something other than undefined or false, and returns that.
 * Errors thrown by `check` count as 'not yet'; the last one is the cause when the deadline passes.
 */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let cause: unknown
  while (Date.now() < deadline) {
    try {
      const result = await check()
      if (result !== undefined && result !== false) return result
    } catch (error) {
      cause = error
    }
    await delay(POLL_MS)
  }
  throw new Error(`not within ${timeoutMs} ms: ${what}`, { cause })
}
