import {
  type CreatedTable,
  createdTable,
  pathOf,
  toReplicatedStatement,
} from './replicated-statement.ts'

/** How a cluster's servers are written to. Experimental. */
export interface Replication {
  /** Servers that have a row before its insert counts; `auto` is most of them, 0 the one asked. */
  readonly insertQuorum: 'auto' | number
}

/** What a client can be asked. */
interface Asked {
  query<T>(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly T[]>
}

/** The settings of a process, as its environment has them. */
export interface ClusterSettings {
  /** Addresses of all servers. */
  readonly clickhouseReplicas?: readonly string[] | undefined
  readonly clickhouseInsertQuorum: Replication['insertQuorum']
}

/** Undefined where there is no cluster. */
export function replicationOf(settings: ClusterSettings): Replication | undefined {
  const { clickhouseInsertQuorum: insertQuorum, clickhouseReplicas } = settings
  return clickhouseReplicas === undefined ? undefined : { insertQuorum }
}

/** Well within the time of a request, so that the answer is known before the rows come again. */
const QUORUM_TIMEOUT_MS = 20_000

/**
 * Only inserts that come one after the other leave an order by which a server knows whether it has
 * all of them; `select_sequential_consistency` has no effect if they may overlap.
 */
export function insertSettings({ insertQuorum }: Replication) {
  return {
    async_insert: 0,
    insert_quorum: String(insertQuorum),
    insert_quorum_parallel: 0,
    insert_quorum_timeout: QUORUM_TIMEOUT_MS,
  } as const
}

/**
 * What is read may decide what is written: the anchor of a timeline, whether two generations are
 * alike, what is missing. A server that lacks an acknowledged row refuses (code 289).
 */
export const CONSISTENT_READ = { select_sequential_consistency: '1' } as const

/**
 * Rows that a statement selects to insert them decide what is written, too. A change of a table is
 * on every server before the next statement. What makes a table waits for no
 * quorum, because the other servers do not have it yet.
 */
export function statementSettings(replication: Replication, statement: string) {
  return INSERT.test(statement)
    ? { ...insertSettings(replication), ...CONSISTENT_READ }
    : ({ alter_sync: '2', mutations_sync: '2' } as const)
}

const INSERT = /^\s*INSERT\b/

/**
 * The statement as a cluster needs it; undefined if it was run. Where the database has paths of its
 * own, as in a managed service, tables have none.
 */
export async function forCluster(client: Asked, statement: string): Promise<string | undefined> {
  const created = createdTable(statement)
  if (created === undefined) return toReplicatedStatement(statement, 'statement')
  const [found] = await client.query<{ readonly engine: string }>(
    'SELECT engine FROM system.databases WHERE name = {name:String}',
    { name: created.database },
  )
  if (found !== undefined && ['Replicated', 'Shared'].includes(found.engine)) {
    return toReplicatedStatement(statement, 'database')
  }
  // One that is replaced by itself would need the same path twice.
  if (REPLACES.test(statement) && (await isMade(client, statement, created))) return undefined
  return toReplicatedStatement(statement, 'statement')
}

const REPLACES = /^\s*CREATE OR REPLACE TABLE/

async function isMade(client: Asked, statement: string, created: CreatedTable): Promise<boolean> {
  const found = await client.query(
    `SELECT 1 FROM system.tables WHERE database = {database:String} AND name = {table:String}
       AND position(engine_full, {path:String}) > 0`,
    { ...created, path: pathOf(statement, created) },
  )
  return found.length > 0
}
