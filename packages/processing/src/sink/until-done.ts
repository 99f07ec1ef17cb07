import { setTimeout as delay } from 'node:timers/promises'
import { type FailedAttempt } from './sink-observer.ts'
import { type InsertFailure } from './sink-port.ts'

export interface RetryOptions<Table extends string> {
  readonly classify: (error: unknown) => InsertFailure
  readonly onFailed: (failure: FailedAttempt<Table>) => void
  /** Wait while a table or column is missing: only a person can repair that. */
  readonly schemaRetryMs: number
  readonly retryMinMs?: number
  readonly retryMaxMs?: number
}

const RETRY_MIN_MS = 200
const RETRY_MAX_MS = 15_000

/**
 * Repeats `attempt` until it succeeds. Gives up, with the error, only if the destination can't read
 * a row; throws once `signal` is aborted. There is no other limit: waiting loses nothing.
 */
export async function untilDone<Table extends string>(
  options: RetryOptions<Table>,
  table: Table,
  signal: AbortSignal,
  attempt: () => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  const { onFailed, classify } = options
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted()
    try {
      await attempt()
      return undefined
    } catch (error) {
      const cause = classify(error)
      const retryInMs = retryDelay(options, cause, failures)
      onFailed({ table, cause, error, retryInMs })
      if (cause === 'bad_rows') return { error }
      await delay(retryInMs, undefined, { signal })
    }
  }
}

function retryDelay<Table extends string>(
  options: RetryOptions<Table>,
  cause: InsertFailure,
  failures: number,
): number {
  const { schemaRetryMs, retryMinMs = RETRY_MIN_MS, retryMaxMs = RETRY_MAX_MS } = options
  switch (cause) {
    case 'bad_rows':
      return 0
    case 'broken_schema':
      return schemaRetryMs
    case 'unavailable':
      return Math.min(retryMaxMs, retryMinMs * 2 ** failures)
  }
}
