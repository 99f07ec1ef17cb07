import { type ClickHouse, readNumberActivity } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type ReconciliationMetrics } from './reconciliation-metrics.ts'

const LOOK_EVERY_MS = 300_000

/**
 * Shows every few minutes how many numbers fell silent. Call it with a moment up to which all rows
 * are there: a number without any is then silent, and not late.
 */
export function createActivityWatch({
  client,
  generation,
  metrics,
}: {
  readonly client: Pick<ClickHouse, 'query'>
  readonly generation: number
  readonly metrics: Pick<ReconciliationMetrics, 'showNumbers'>
}): (provedAtMs: number) => Promise<void> {
  const source = { client, database: databaseName(generation) }
  let nextMs = -Infinity
  return async function look(provedAtMs) {
    if (provedAtMs < nextMs) return
    metrics.showNumbers(await readNumberActivity(source, provedAtMs))
    nextMs = provedAtMs + LOOK_EVERY_MS
  }
}
