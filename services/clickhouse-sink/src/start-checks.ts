import { type ClickHouse, findMissingColumns, type TableName } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type SinkMetrics } from '@wabastream/sink-service'

/** Throws while tables or columns that rows need are missing; the alarm shows which tables. */
export async function assertTables(
  client: ClickHouse,
  generation: number,
  metrics: SinkMetrics<TableName>,
): Promise<void> {
  const missing = await findMissingColumns(client, databaseName(generation))
  const broken = new Set(missing.map((name) => name.split('.', 1)[0]))
  for (const table of metrics.tables) metrics.stopped.set({ table }, broken.has(table) ? 1 : 0)
  if (missing.length === 0) return
  const database = databaseName(generation)
  throw new Error(`missing in ${database}, migrations to be run: ${missing.join(', ')}`)
}
