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

/** How long texts and names are kept; null where they are kept as long as rows, or none are. */
export async function readContentDays(
  client: Pick<ClickHouse, 'query'>,
  generation: number,
): Promise<number | null> {
  return (await readRetention(client, databaseName(generation))).get('message_content') ?? null
}
