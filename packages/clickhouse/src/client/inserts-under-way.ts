import { setTimeout as delay } from 'node:timers/promises'
import { type ClickHouse } from './clickhouse-client.ts'

const POLL_MS = 50

/**
 * Waits until the inserts that are under way now have ended, for `durationMs` at most. Later ones
 * are not awaited. It sees those of the one server that answers, so not all where several stand
 * behind one address.
 */
export async function untilInsertsEnded(
  client: Pick<ClickHouse, 'query'>,
  durationMs: number,
): Promise<void> {
  const untilMs = performance.now() + durationMs
  let awaited = await readInserts(client)
  while (awaited.length > 0 && performance.now() < untilMs) {
    await delay(POLL_MS)
    const underWay = new Set(await readInserts(client))
    awaited = awaited.filter((id) => underWay.has(id))
  }
}

async function readInserts(client: Pick<ClickHouse, 'query'>): Promise<readonly string[]> {
  const rows = await client.query<{ readonly query_id: string }>(
    "SELECT query_id FROM system.processes WHERE query_kind = 'Insert'",
  )
  return rows.map(({ query_id }) => query_id)
}
