import { databaseName } from '@wabastream/contracts'
import { secretsDatabase } from '../analysis/analysis-views.ts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { findPendingMigrations } from '../migrations/migrate.ts'
import { defaultViewsDatabase } from '../views/view-definition.ts'

/** How a server of a cluster stands. */
export interface ServerState {
  readonly pendingMigrations: readonly string[]
  /** Tables that it cannot write to, as it has no coordination service or no port for others. */
  readonly readOnlyTables: readonly string[]
  /** Tables of which not all replicas are there. */
  readonly incompleteTables: readonly string[]
}

export async function readServerState(
  client: ClickHouse,
  generation: number,
  viewsDatabase: string = defaultViewsDatabase,
): Promise<ServerState> {
  const pendingMigrations = await findPendingMigrations(client, generation)
  const tables = await client.query<{
    readonly name: string
    readonly isReadOnly: 0 | 1
    readonly isIncomplete: 0 | 1
  }>(
    `SELECT concat(database, '.', table) AS name, is_readonly AS isReadOnly,
       active_replicas < total_replicas AS isIncomplete
     FROM system.replicas WHERE database IN ({databases:Array(String)}) ORDER BY name`,
    { databases: [databaseName(generation), viewsDatabase, secretsDatabase(viewsDatabase)] },
  )
  return {
    pendingMigrations,
    readOnlyTables: tables.filter((one) => one.isReadOnly === 1).map(({ name }) => name),
    incompleteTables: tables.filter((one) => one.isIncomplete === 1).map(({ name }) => name),
  }
}
