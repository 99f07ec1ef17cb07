import { PortError } from '@wabastream/processing'
import { secretsDatabase } from '../analysis/analysis-views.ts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import { createMigrationsTable, readApplied } from './applied-migrations.ts'
import { ownTables } from './replicated-statement.ts'
import { runStatement } from '../migrations/run-statement.ts'

/** Tables of one server cannot become those of a cluster: a person has to choose. */
export class NotReplicatedError extends PortError<'not_replicated'> {
  override readonly name = 'NotReplicatedError'

  constructor(tables: readonly string[]) {
    super(
      'not_replicated',
      `${tables.join(', ')}: made for a single server, and tables do not become replicated where ` +
        'they are. Begin with servers that have no tables, or leave CLICKHOUSE_REPLICAS out',
    )
  }
}

/** A managed service has an engine of its own for it. */
const IN_CLUSTER = /^(Replicated|Shared)\w*MergeTree$|^MaterializedView$/

interface Table {
  readonly name: string
  readonly engine: string
  /** The statement that makes it, with the path that it has in ZooKeeper. */
  readonly text: string
}

/**
 * Gives servers that are new, or were lost, the tables that another one has, as they are now: the
 * statements of the first migrations would not fit what is in ZooKeeper any more. Rows follow by
 * themselves. Throws a NotReplicatedError where tables are of a time before the cluster.
 */
export async function joinServers(
  servers: readonly ClickHouse[],
  database: string,
  viewsDatabase: string,
): Promise<void> {
  for (const server of servers) await createMigrationsTable(server, database)
  const applied = await Promise.all(servers.map((server) => readApplied(server, database)))
  const source = servers[applied.findIndex(({ size }) => size > 0)]
  const tables = source === undefined ? [] : await readTables(source, database)
  for (const [index, server] of servers.entries()) {
    assertReplicated(database, await readTables(server, database))
    if (source === undefined || applied[index]?.size !== 0) continue
    for (const { text } of tables) await runStatement(server, toRepeatable(text))
    await copyRecords({ source, server, database })
  }
  for (const shared of [viewsDatabase, secretsDatabase(viewsDatabase)]) {
    await shareTables(servers, shared)
  }
}

/** What people say, and the key of pseudonyms, are of whatever generation, and never renamed. */
async function shareTables(servers: readonly ClickHouse[], database: string): Promise<void> {
  const tables = await Promise.all(servers.map((server) => readTables(server, database)))
  const all = new Map(tables.flat().map((table) => [table.name, table]))
  assertReplicated(database, [...all.values()])
  for (const server of servers) {
    if (all.size > 0) await runStatement(server, `CREATE DATABASE IF NOT EXISTS ${database}`)
    for (const { text } of all.values()) await runStatement(server, toRepeatable(text))
  }
}

/** Materialized views come last, because they need their tables. */
function readTables(server: ClickHouse, database: string): Promise<readonly Table[]> {
  return server.query<Table>(
    `SELECT name, engine, create_table_query AS text FROM system.tables
     WHERE database = {database:String} AND name NOT IN ({own:Array(String)})
       AND (engine LIKE '%MergeTree' OR engine = 'MaterializedView')
     ORDER BY engine = 'MaterializedView', name`,
    { database, own: [...ownTables] },
  )
}

function assertReplicated(database: string, tables: readonly Table[]): void {
  const single = tables.filter(({ engine }) => !IN_CLUSTER.test(engine))
  if (single.length > 0)
    throw new NotReplicatedError(single.map(({ name }) => `${database}.${name}`))
}

const toRepeatable = (text: string): string =>
  text.replace(/^CREATE (TABLE|MATERIALIZED VIEW) /, 'CREATE $1 IF NOT EXISTS ')

async function copyRecords({
  source,
  server,
  database,
}: {
  readonly source: ClickHouse
  readonly server: ClickHouse
  readonly database: string
}): Promise<void> {
  const rows = await source.query<{ id: number; name: string; checksum: string }>(
    `SELECT id, name, checksum FROM ${database}.migrations FINAL`,
  )
  const values = rows.map(
    ({ id, name, checksum }) => `(${id}, ${sqlText(name)}, ${sqlText(checksum)})`,
  )
  await runStatement(
    server,
    `INSERT INTO ${database}.migrations (id, name, checksum) VALUES ${values.join(', ')}`,
  )
}
