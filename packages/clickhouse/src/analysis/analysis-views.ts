import { randomBytes } from 'node:crypto'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { sqlText } from '../client/sql-literal.ts'
import {
  type ColumnText,
  toColumnComment,
  toViewComment,
  type ViewText,
  withPseudonyms,
} from '../dictionary/view-text.ts'
import { runStatement } from '../migrations/run-statement.ts'

/** Where analysts look who see no texts, names and numbers. */
export const analysisDatabase = (viewsDatabase: string): string => `${viewsDatabase}_analysis`

/** What only the maker of the views reads. */
export const secretsDatabase = (viewsDatabase: string): string => `${viewsDatabase}_secrets`

/** Every database that making the views makes, for who drops them. */
export const databasesOfViews = (viewsDatabase: string): readonly string[] => [
  analysisDatabase(viewsDatabase),
  viewsDatabase,
  secretsDatabase(viewsDatabase),
]

const KEY_TABLE = 'pseudonym_key'

/**
 * A view of `wa` without what it holds of persons: ids are keyed pseudonyms, the same in every
 * view; what can't be one is left out. The key is joined, not a scalar subquery: that would be a
 * constant of the plan, which EXPLAIN shows to whoever may read the view.
 */
export function toAnalysisSelect(
  { name, text }: { readonly name: string; readonly text: ViewText },
  viewsDatabase: string,
): string {
  const columns = Object.entries(text.columns).flatMap(([column, { personal }]) =>
    toColumn(`v.${column}`, personal).map((shown) => `${shown} AS ${column}`),
  )
  const isKeyed = Object.values(text.columns).some(({ personal }) => isPseudonym(personal))
  const given = Object.entries(text.parameters ?? {}).map(
    ([parameter, { type }]) => `${parameter} = {${parameter}:${type}}`,
  )
  const view = given.length === 0 ? name : `${name}(${given.join(', ')})`
  return `SELECT ${columns.join(', ')} FROM ${viewsDatabase}.${view} AS v${
    isKeyed
      ? ` CROSS JOIN (SELECT k0, k1 FROM ${secretsDatabase(viewsDatabase)}.${KEY_TABLE}
        ORDER BY made_at, k0, k1 LIMIT 1) AS k`
      : ''
  }`
}

/** Makes these views, whose columns have the types of the views that they read. */
export async function replaceAnalysisViews(
  client: ClickHouse,
  {
    viewsDatabase,
    texts,
    rights,
  }: {
    readonly viewsDatabase: string
    readonly texts: ReadonlyMap<string, ViewText>
    /** As which user they read. */
    readonly rights: string
  },
): Promise<void> {
  const types = await readColumnTypes(client, viewsDatabase)
  await Promise.all(
    Array.from(texts, ([name, text]) =>
      runStatement(
        client,
        `CREATE OR REPLACE VIEW ${analysisDatabase(viewsDatabase)}.${name}
        ${toDeclarations(text, (column) => types.get(`${name}.${column}`) ?? '')}
        ${rights} AS ${toAnalysisSelect({ name, text }, viewsDatabase)}
        COMMENT ${sqlText(toViewComment(withPseudonyms(text)))}`,
      ),
    ),
  )
}

async function readColumnTypes(
  client: ClickHouse,
  database: string,
): Promise<ReadonlyMap<string, string>> {
  const columns = await client.query<{ readonly name: string; readonly type: string }>(
    `SELECT concat(table, '.', name) AS name, type FROM system.columns
     WHERE database = {database:String}`,
    { database },
  )
  return new Map(columns.map(({ name, type }) => [name, type]))
}

function toDeclarations(text: ViewText, typeOf: (column: string) => string): string {
  if (text.parameters !== undefined) return ''
  const declarations = Object.entries(text.columns).flatMap(([name, column]) => {
    const comment = toColumnComment(column)
    switch (column.personal) {
      case 'none':
        return [`${name} ${typeOf(name)} COMMENT ${sqlText(comment)}`]
      case 'person':
      case 'message':
        return [`${name} String COMMENT ${sqlText(`${comment}; a pseudonym`)}`]
      case 'persons':
        return [`${name} Array(String) COMMENT ${sqlText(`${comment}; pseudonyms`)}`]
      case 'text':
      case 'name':
      case 'place':
        return []
    }
  })
  return `(${declarations.join(', ')})`
}

/** Makes the databases, and the table of the key. */
export async function createAnalysis(client: ClickHouse, viewsDatabase: string): Promise<void> {
  const database = secretsDatabase(viewsDatabase)
  for (const made of [analysisDatabase(viewsDatabase), database]) {
    await runStatement(client, `CREATE DATABASE IF NOT EXISTS ${made}`)
  }
  await runStatement(
    client,
    `
    CREATE TABLE IF NOT EXISTS ${database}.${KEY_TABLE} (
      k0 UInt64, k1 UInt64, made_at DateTime64(6, 'UTC') DEFAULT now64(6, 'UTC')
    ) ENGINE = MergeTree ORDER BY made_at`,
  )
}

/** Makes the key once: 128 random bits, which no text of a query holds. */
export async function makePseudonymKey(client: ClickHouse, viewsDatabase: string): Promise<void> {
  const database = secretsDatabase(viewsDatabase)
  const made = await client.query(`SELECT 1 FROM ${database}.${KEY_TABLE} LIMIT 1`)
  if (made.length > 0) return
  const [k0, k1] = [randomBytes(8), randomBytes(8)].map((bytes) => String(bytes.readBigUInt64BE()))
  await client.insert({ database, table: KEY_TABLE, columns: ['k0', 'k1'] }, [
    Buffer.from(JSON.stringify([k0, k1])),
  ])
}

function toColumn(column: string, personal: ColumnText['personal']): readonly string[] {
  switch (personal) {
    case 'none':
      return [column]
    case 'person':
    case 'message':
      return [pseudonymOf(column)]
    case 'persons':
      return [`arrayMap(one -> ${pseudonymOf('one')}, ${column})`]
    case 'text':
    case 'name':
    case 'place':
      return []
  }
}

const isPseudonym = (personal: ColumnText['personal']): boolean =>
  personal === 'person' || personal === 'persons' || personal === 'message'

/** Empty stays empty, so that "not known" is no person. */
const pseudonymOf = (id: string): string =>
  `if(empty(${id}), '', lower(hex(sipHash128Keyed((k.k0, k.k1), toString(${id})))))`
