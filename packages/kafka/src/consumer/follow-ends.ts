import { type KafkaAdmin } from '../admin/admin.ts'
import { type Assignment } from './assignment/assignment.ts'
import { type KafkaError, toKafkaError } from '../wire/kafka-error.ts'

const EVERY_MS = 10_000

/**
 * Ends also grow where nothing is fetched: in paused partitions, and during long batches. Reads the
 * ends until the signal is aborted.
 */
export function followEnds(options: {
  readonly topics: readonly string[]
  readonly admin: Pick<KafkaAdmin, 'endOffsets'>
  readonly assignment: Assignment
  readonly onError: (error: KafkaError) => void
  readonly signal: AbortSignal
}): void {
  const { admin, assignment, onError, signal, topics } = options
  const read = async (): Promise<void> => {
    try {
      for (const topic of topics) assignment.sawEnds(topic, await admin.endOffsets(topic))
    } catch (error) {
      onError(toKafkaError(error, 'reading end offsets'))
    }
  }
  const timer = setInterval(() => {
    void read()
  }, EVERY_MS).unref()
  signal.addEventListener('abort', () => {
    clearInterval(timer)
  })
}
