import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaAdmin } from './admin.ts'
import { type KafkaError, toKafkaError } from '../wire/kafka-error.ts'
import { type KafkaMetrics } from '../connection/kafka-metrics.ts'

interface RetentionSettings {
  readonly admin: Pick<KafkaAdmin, 'topicStates'>
  readonly metrics: Pick<KafkaMetrics, 'retentionSeconds'>
  readonly onError: (error: KafkaError) => void
}

/** Wait before the first reading, so that the consumer starts first. */
const FIRST_MS = 1_000
const RETRY_MS = 10_000
const REFRESH_MS = 3_600_000
const CLOSE_MS_MAX = 1_000

/**
 * Shows how long the topics that are read keep their records; leaves out topics that keep them all.
 */
export function watchRetention(
  settings: RetentionSettings,
  topics: readonly string[],
): { close(): Promise<void> } {
  let isClosed = false
  let timer: NodeJS.Timeout | undefined
  let running = Promise.resolve()
  const read = async (): Promise<void> => {
    const isRead = await readAll(settings, topics, () => isClosed)
    if (!isClosed) schedule(isRead ? REFRESH_MS : RETRY_MS)
  }
  const schedule = (afterMs: number): void => {
    timer = setTimeout(() => {
      running = read()
    }, afterMs).unref()
  }
  schedule(FIRST_MS)
  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await Promise.race([running, delay(CLOSE_MS_MAX, undefined, { ref: false })])
    },
  }
}

async function readAll(
  { admin, metrics, onError }: RetentionSettings,
  topics: readonly string[],
  isClosed: () => boolean,
): Promise<boolean> {
  try {
    for (const { topic, config } of await admin.topicStates(topics)) {
      const retentionMs = Number(config.get('retention.ms') ?? -1)
      const isDeleted = config.get('cleanup.policy')?.includes('delete') === true
      if (isDeleted && retentionMs >= 0)
        metrics.retentionSeconds.set({ topic }, retentionMs / 1_000)
      else metrics.retentionSeconds.remove({ topic })
    }
    return true
  } catch (error) {
    if (!isClosed()) onError(toKafkaError(error, 'reading the retention of topics'))
    return false
  }
}
