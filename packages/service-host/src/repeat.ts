import { setTimeout as delay } from 'node:timers/promises'

/** Does the work, waits, and does it again, until the signal is aborted. Failures end nothing. */
export async function repeat(
  work: () => Promise<void>,
  options: {
    readonly everyMs: number
    readonly signal: AbortSignal
    readonly onFailure: (error: unknown) => void
  },
): Promise<void> {
  const { everyMs, onFailure, signal } = options
  while (!signal.aborted) {
    await work().catch(onFailure)
    await delay(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
