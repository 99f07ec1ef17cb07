import { setTimeout as delay } from 'node:timers/promises'
import { KafkaError, toKafkaError } from '../wire/kafka-error.ts'

const RETRY_MS = 1_000

/**
 * Repeats work after errors that may pass, until it succeeds; throws `closed` once the signal is
 * aborted.
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  options: {
    readonly doing: string
    readonly signal: AbortSignal
    readonly onError: (error: KafkaError) => void
  },
): Promise<T> {
  const { doing, onError, signal } = options
  for (;;) {
    if (signal.aborted) throw new KafkaError('closed', 'the consumer is closed')
    try {
      return await attempt()
    } catch (error) {
      const failure = toKafkaError(error, doing)
      if (!failure.isRetryable) throw failure
      onError(failure)
      await delay(RETRY_MS)
    }
  }
}
