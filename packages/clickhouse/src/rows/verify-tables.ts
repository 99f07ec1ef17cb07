import { type ClickHouse } from '../client/clickhouse-client.ts'
import { insertColumns } from './tables.ts'

/** What an insert would miss: `table` or `table.column`. Empty when everything is there. */
export async function findMissingColumns(
  client: Pick<ClickHouse, 'query'>,
  database: string,
): Promise<readonly string[]> {
  const rows = await client.query<{ readonly table: string; readonly name: string }>(
    'SELECT table, name FROM system.columns WHERE database = {database:String}',
    { database },
  )
  const tables = new Set(rows.map(({ table }) => table))
  const columns = new Set(rows.map(({ table, name }) => `${table}.${name}`))
  return Object.entries(insertColumns).flatMap(([table, names]) => {
    if (!tables.has(table)) return [table]
    return names.map((name) => `${table}.${name}`).filter((name) => !columns.has(name))
  })
}
