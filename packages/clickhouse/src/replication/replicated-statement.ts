import { createHash } from 'node:crypto'

/** Where the path in ZooKeeper comes from: our statements, or a database that has its own. */
export type PathSource = 'statement' | 'database'

export interface CreatedTable {
  readonly database: string
  readonly table: string
}

const CREATE_TABLE = /^\s*CREATE (?:OR REPLACE )?TABLE (?:IF NOT EXISTS )?(\w+)\.(\w+)/
const CREATE_STREAM = /^\s*CREATE MATERIALIZED VIEW/
/** The engine, its arguments, which may be expressions in parentheses, and all that follows. */
const ENGINE = /\bENGINE = (\w*MergeTree)(?:\(((?:[^()]|\([^()]*\))*)\))?([^]*)$/
/** Where a query begins whose rows the table gets; it may have settings, too. */
const QUERY = /(?=\bAS SELECT\b)/
const SETTINGS = /\bSETTINGS /
/**
 * Inserts are at least once and rows idempotent by key, so the log of block hashes would save
 * nothing. And a row that was replaced meanwhile must be written when it comes again. The setting
 * of the table is what every version obeys: from 26.2 on `deduplicate_insert` overrides those of an
 * insert.
 */
const NO_DEDUPLICATION =
  'replicated_deduplication_window = 0, replicated_deduplication_window_for_async_inserts = 0'
/** What each server keeps for itself: which statements it has run, and which views it has. */
export const ownTables: ReadonlySet<string> = new Set(['migrations', 'made_views'])

const DROP = /^\s*DROP (?:TABLE|DATABASE) IF EXISTS [\w.]+/

/** The table that a statement makes; undefined if it makes none, or one that is replicated. */
export function createdTable(statement: string): CreatedTable | undefined {
  const [, database, table] = CREATE_TABLE.exec(statement) ?? []
  if (database === undefined || table === undefined) return undefined
  return engineOf(statement).startsWith('Replicated') ? undefined : { database, table }
}

/**
 * The same statement for a cluster: a table that it makes is replicated, and drops no block as a
 * repetition; what it drops is gone from ZooKeeper as well when it ends. Others stay as they are.
 * (The setting that makes every drop wait would let `CREATE OR REPLACE` of a table from its own
 * rows wait for itself.) Throws where it could not say so: for a table with the engine of another
 * one, whose path it would share, and for a materialized view with rows of its own.
 */
export function toReplicatedStatement(statement: string, path: PathSource): string {
  if (CREATE_STREAM.test(statement) && ENGINE.test(statement)) {
    throw new Error('a materialized view needs a table of its own, which TO names')
  }
  const created = createdTable(statement)
  if (created === undefined) return statement.replace(DROP, '$& SYNC')
  if (path === 'statement' && ownTables.has(created.table)) return statement
  const place = path === 'statement' ? [`'${pathOf(statement, created)}'`, "'{replica}'"] : []
  return statement.replace(ENGINE, (_, engine: string, given = '', storage: string) => {
    const parts = [...place, ...(given === '' ? [] : [given])]
    const [ofTable = '', ...ofQuery] = storage.split(QUERY)
    const settings = SETTINGS.test(ofTable)
      ? ofTable.replace(SETTINGS, `SETTINGS ${NO_DEDUPLICATION}, `)
      : `${ofTable.trimEnd()} SETTINGS ${NO_DEDUPLICATION} `
    return `ENGINE = Replicated${engine}(${parts.join(', ')})${settings}${ofQuery.join('')}`.trimEnd()
  })
}

function engineOf(statement: string): string {
  const [, engine] = ENGINE.exec(statement) ?? []
  if (engine !== undefined) return engine
  throw new Error(`a table of a cluster needs an engine of its own: ${statement.slice(0, 80)}`)
}

/**
 * The same on every server. A table keeps its path when it is renamed, so the path is made of the
 * statement as well: another table that is given this name later has another one.
 */
export function pathOf(statement: string, { database, table }: CreatedTable): string {
  const text = statement.trim().replaceAll(/\s+/g, ' ')
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return `/clickhouse/tables/{shard}/${database}/${table}-${hash}`
}
