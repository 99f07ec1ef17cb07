import { connectKafka } from '../installation/connect-kafka.ts'
import { type RunningPipeline } from './running-pipeline.ts'
import { waitUntilSettled } from './settle.ts'

const SETTLE_TIMEOUT_MS = 120_000

/** Resolves when everything sent so far is in ClickHouse. */
export async function awaitSettled(pipeline: RunningPipeline): Promise<void> {
  const { addresses, generation, signal } = pipeline
  const kafka = connectKafka(addresses.brokers)
  try {
    await waitUntilSettled(kafka.admin, { generation, signal, timeoutMs: SETTLE_TIMEOUT_MS })
  } finally {
    await kafka.close()
  }
}
