import { createClickHouse } from '@wabastream/clickhouse'
import { databaseName } from '@wabastream/contracts'
import { type Quantiles, quantilesOf } from './quantiles.ts'

/**
 * What is timed, with the column of the receipt. Merges join rows of a message's timeline: the last
 * receipt and the last stamp belong together.
 */
export const timedTables = [
  { table: 'message_timeline', receivedAt: 'last_received_at', stamp: 'aggregated' },
  { table: 'message_events', receivedAt: 'received_at', stamp: 'plain' },
  { table: 'status_transitions', receivedAt: 'received_at', stamp: 'plain' },
] as const

type TimedTable = (typeof timedTables)[number]

const TIME = "DateTime64(3, 'UTC')"

/** Lets ClickHouse stamp rows as they come in, in a column that the sink does not know. */
export async function stampRows(url: string): Promise<void> {
  const client = createClickHouse({ url })
  for (const { stamp, table } of timedTables) {
    const type = stamp === 'plain' ? TIME : `SimpleAggregateFunction(max, ${TIME})`
    await client.command(
      `ALTER TABLE ${databaseName(1)}.${table}
       ADD COLUMN IF NOT EXISTS bench_row_at ${type} DEFAULT now64(3, 'UTC')`,
    )
  }
  await client.close()
}

/** How long after the receipt of their webhook the rows came in, for what was received since. */
export async function readRowTimes(
  url: string,
  { receivedAt, table }: TimedTable,
  sinceMs: number,
): Promise<Quantiles> {
  const client = createClickHouse({ url })
  const rows = await client.query<{ readonly delay_ms: number }>(
    `SELECT toInt32(toUnixTimestamp64Milli(bench_row_at) - toUnixTimestamp64Milli(${receivedAt}))
       AS delay_ms
     FROM ${databaseName(1)}.${table}
     WHERE ${receivedAt} >= fromUnixTimestamp64Milli(toInt64({since:UInt64}))`,
    { since: sinceMs },
  )
  await client.close()
  return quantilesOf(rows.map(({ delay_ms: delayMs }) => delayMs))
}
