import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '@wabastream/clickhouse'

export interface TableDisk {
  readonly table: string
  readonly parts: number
  readonly rows: number
  readonly bytes: number
}

/** What each table holds on disk, indexes and projections included. */
export function readDisk(
  client: Pick<ClickHouse, 'query'>,
  generation: number,
): Promise<readonly TableDisk[]> {
  return client.query<TableDisk>(
    `SELECT table, toUInt32(count()) AS parts, sum(rows) AS rows, sum(bytes_on_disk) AS bytes
     FROM system.parts WHERE active AND database = {database:String}
     GROUP BY table ORDER BY bytes DESC`,
    { database: databaseName(generation) },
  )
}
