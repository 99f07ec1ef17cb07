import { databaseName } from '@wabastream/contracts'
import { sqlText } from '../client/sql-literal.ts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { type GenerationPair } from './timeline-differences.ts'

/** Tables of both generations: an earlier version may have made one of them, without some. */
export async function readSharedTables(
  clickhouse: ClickHouse,
  { live, other }: GenerationPair,
): Promise<ReadonlySet<string>> {
  const databases = [live, other].map((generation) => sqlText(databaseName(generation)))
  const rows = await clickhouse.query<{ readonly name: string }>(`
    SELECT name FROM system.tables WHERE database IN (${databases.join(', ')})
    GROUP BY name HAVING count() = 2`)
  return new Set(rows.map(({ name }) => name))
}
