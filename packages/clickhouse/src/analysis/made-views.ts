import { createHash } from 'node:crypto'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { type ViewText } from '../dictionary/view-text.ts'
import { runStatement } from '../migrations/run-statement.ts'
import { analysisDatabase, secretsDatabase, toAnalysisSelect } from './analysis-views.ts'

const TABLE = 'made_views'

export interface ViewsMade {
  readonly viewsDatabase: string
  /** Database of the tables that they show. */
  readonly source: string
  readonly views: readonly {
    readonly name: string
    readonly text: ViewText
    readonly body: string
  }[]
}

/**
 * Whether the views are there as this version and user make them, so that making them again would
 * change nothing. Not so where anybody has changed one since, such as another version, or a column
 * of a table.
 */
export async function areMade(client: ClickHouse, made: ViewsMade): Promise<boolean> {
  const table = await ensureTable(client, made)
  const [last] = await client.query<{ readonly same: number }>(
    `SELECT wanted = '${wantedOf(made)}' AND maker = currentUser() AND found = (${foundOf(made)})
       AS same
     FROM ${table} ORDER BY made_at DESC LIMIT 1`,
  )
  return Boolean(last?.same)
}

/** Says so once all of them are made. */
export async function recordMade(client: ClickHouse, made: ViewsMade): Promise<void> {
  const table = await ensureTable(client, made)
  await runStatement(
    client,
    `INSERT INTO ${table} (wanted, found, maker)
     SELECT '${wantedOf(made)}', (${foundOf(made)}), currentUser()`,
  )
}

/** Where analysts do not look. */
async function ensureTable(client: ClickHouse, { viewsDatabase }: ViewsMade): Promise<string> {
  const table = `${secretsDatabase(viewsDatabase)}.${TABLE}`
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${table} (
      wanted String, found UInt64, maker String,
      made_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
    ) ENGINE = MergeTree ORDER BY made_at`,
  )
  return table
}

/** Of the statements that the server keeps, and the columns that they are about. */
function foundOf({ source, viewsDatabase }: ViewsMade): string {
  return `SELECT bitXor(
      (SELECT groupBitXor(cityHash64(database, name, create_table_query)) FROM system.tables
        WHERE database IN ('${viewsDatabase}', '${analysisDatabase(viewsDatabase)}')
          AND engine = 'View'),
      (SELECT groupBitXor(cityHash64(table, name, type)) FROM system.columns
        WHERE database = '${source}'))`
}

function wantedOf({ views, viewsDatabase }: ViewsMade): string {
  const hash = createHash('sha256')
  for (const { body, name, text } of views) {
    hash.update(JSON.stringify([name, body, text, toAnalysisSelect({ name, text }, viewsDatabase)]))
  }
  return hash.digest('hex')
}
