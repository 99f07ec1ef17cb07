import { databaseName } from '@wabastream/contracts'
import { type ClickHouse, databasesOfViews, insertColumns, migrate } from '@wabastream/clickhouse'
import { readUsage } from '../../usage/process-usage.ts'
import { type Engine } from '../engine/engine.ts'
import { type Lines } from './row-writer.ts'

/** A generation beside the loaded one, and its views. */
const GENERATION = 2
const VIEWS = 'wa_bench'
/** Fewer rows say nothing: CPU time is counted in hundredths of a second. */
const ROWS_MIN = 20_000
const RETENTION_DAYS = 400

/**
 * CPU µs of the engine for one inserted row, by table, with everything that an insert feeds but
 * without merges, which the caller has stopped: batches are inserted in tables made for that.
 */
export async function measureInserts(
  { client, pid }: Engine,
  batches: readonly Lines[],
): Promise<Record<string, number>> {
  const database = databaseName(GENERATION)
  await migrate({
    client,
    generation: GENERATION,
    retentionDays: RETENTION_DAYS,
    viewsDatabase: VIEWS,
    waitMs: noOthersWrite,
  })
  const costs: Record<string, number> = {}
  for (const table of new Set(batches.flatMap((batch) => [...batch.keys()]))) {
    const slabs = batches.flatMap((batch) => batch.get(table) ?? [])
    const rows = slabs.reduce((sum, { count }) => sum + count, 0)
    if (rows < ROWS_MIN) continue
    const before = readUsage(pid).cpuUs
    for (const slab of slabs) {
      const target = { database, table, columns: insertColumns[table] }
      await client.insert(target, [slab.slice(0, slab.count)])
    }
    costs[table] = (readUsage(pid).cpuUs - before) / rows
  }
  await drop(client, [database, ...databasesOfViews(VIEWS)])
  return costs
}

/** Migrations wait for inserts of others that are under way; there are none. */
export async function noOthersWrite(): Promise<void> {}

async function drop(client: ClickHouse, databases: readonly string[]): Promise<void> {
  for (const database of databases) await client.command(`DROP DATABASE IF EXISTS ${database}`)
}
