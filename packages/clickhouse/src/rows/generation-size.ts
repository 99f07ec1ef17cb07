import { databaseName } from '@wabastream/contracts'
import { type ClickHouse } from '../client/clickhouse-client.ts'

export interface GenerationSize {
  /** Rows of `raw_webhooks`. */
  readonly webhooks: number
  /** What all tables take on disk. */
  readonly bytes: number
}

/**
 * Of what the user may see: zeros if that is nothing. `system.tables` tells everybody about their
 * own tables, where `system.parts` asks for a grant.
 */
export async function readGenerationSize(
  clickhouse: Pick<ClickHouse, 'query'>,
  generation: number,
): Promise<GenerationSize> {
  const [size] = await clickhouse.query<GenerationSize>(
    `SELECT ifNull(sumIf(total_rows, name = 'raw_webhooks'), 0) AS webhooks,
       ifNull(sum(total_bytes), 0) AS bytes
     FROM system.tables WHERE database = {database:String}`,
    { database: databaseName(generation) },
  )
  return size ?? { webhooks: 0, bytes: 0 }
}
