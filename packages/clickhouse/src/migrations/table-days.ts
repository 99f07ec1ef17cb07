import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'
import { readRetention } from './retention.ts'

/** The longest that a table keeps its rows; null where no table is there. */
export async function readTableDays(
  client: ClickHouse,
  generation: number,
): Promise<number | null> {
  const days = [...(await readRetention(client, databaseName(generation))).values()].filter(
    (one) => one !== undefined,
  )
  return days.length === 0 ? null : Math.max(...days)
}
